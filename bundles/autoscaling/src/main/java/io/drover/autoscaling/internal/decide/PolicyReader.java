package io.drover.autoscaling.internal.decide;

import io.drover.api.kubernetes.KubeObject;
import io.drover.autoscaling.internal.decide.Objective.Goal;
import io.drover.autoscaling.internal.decide.Policy.Allowed;
import io.drover.autoscaling.internal.decide.Policy.Direction;
import io.drover.autoscaling.internal.decide.Policy.Fallback;
import io.drover.autoscaling.internal.decide.Policy.Mode;
import io.drover.autoscaling.internal.decide.Policy.Overrides;
import io.drover.autoscaling.internal.decide.Policy.Rate;
import io.drover.autoscaling.internal.decide.Policy.Select;
import io.drover.autoscaling.internal.decide.Policy.Strategy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a {@link Policy} from an object. The schema in the cluster may be an older one or none, so
 * every value is checked here again; each finding names field, rule and value.
 */
final class PolicyReader {

    /** Annotations of the reference, which its users have in place. */
    private static final String ANNOTATION = "autoscaling.datadoghq.com/";

    private static final String STRATEGY = "autoscaling.drover.io/strategy";
    private static final double HPA_TOLERANCE = 0.1;
    private static final int HPA_DOWN_SECONDS = 300;
    private static final int SECONDS_MAX = 3600;
    private static final int QUERY_SECONDS = 60;
    private static final int RULES_MAX = 100;
    private static final Goal HALF_FULL = new Goal(true, 80);
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(s|m|h)");

    private enum Unit {
        PODS,
        PERCENT
    }

    private final List<Spec.Problem> problems;
    private final List<String> unused;
    private final Map<String, Object> spec;
    private final Map<String, Object> annotations;
    private final boolean hpa;

    private PolicyReader(KubeObject object, List<Spec.Problem> problems, List<String> unused) {
        this.problems = problems;
        this.unused = unused;
        this.spec = object.spec();
        this.annotations = KubeObject.map(object.metadata(), "annotations");
        String strategy = KubeObject.text(annotations, STRATEGY);
        this.hpa = strategy.equals("hpa");
        if (!hpa && !strategy.isEmpty() && !strategy.equals("watermarks")) {
            wrong(
                    "the annotation "
                            + STRATEGY
                            + " must be hpa or watermarks, is \""
                            + Spec.shown(strategy)
                            + "\"");
        }
    }

    /**
     * Reads it.
     *
     * @param min the lower bound, checked already
     * @param max the upper bound, checked already
     * @param problems takes what is wrong
     * @param unused takes what nothing is done with
     */
    static Policy read(
            KubeObject object, int min, int max, List<Spec.Problem> problems, List<String> unused) {
        return new PolicyReader(object, problems, unused).read(min, max);
    }

    private Policy read(int min, int max) {
        Map<String, Object> apply = KubeObject.map(spec, "applyPolicy");
        Mode mode = oneOf(apply, "mode", "spec.applyPolicy.mode", Mode.APPLY);
        boolean up = apply.get("scaleUp") instanceof Map;
        boolean down = apply.get("scaleDown") instanceof Map;
        List<Objective> objectives = objectives(spec, "spec.objectives");
        return new Policy(
                hpa ? Strategy.HPA : Strategy.WATERMARKS,
                min,
                max,
                mode,
                direction(apply, "scaleUp", true),
                direction(apply, "scaleDown", false),
                up || down,
                objectives.isEmpty()
                        ? List.of(new Objective.Resource("cpu", "", HALF_FULL))
                        : objectives,
                fallback(),
                overrides());
    }

    private Direction direction(Map<String, Object> apply, String key, boolean up) {
        Map<String, Object> given = KubeObject.map(apply, key);
        String field = "spec.applyPolicy." + key;
        Select select = oneOf(given, "strategy", field + ".strategy", Select.MAX);
        int window = hpa && !up ? HPA_DOWN_SECONDS : 0;
        window =
                whole(
                        given,
                        "stabilizationWindowSeconds",
                        field + ".stabilizationWindowSeconds",
                        0,
                        SECONDS_MAX,
                        window);
        List<Rate> rates = rates(given, field + ".rules");
        if (hpa && rates.isEmpty()) {
            rates =
                    up
                            ? List.of(new Rate(false, 4, 15), new Rate(true, 100, 15))
                            : List.of(new Rate(true, 100, 15));
        }
        return new Direction(select, window, rates, hpa ? HPA_TOLERANCE : 0);
    }

    private List<Rate> rates(Map<String, Object> given, String field) {
        List<Rate> rates = new ArrayList<>();
        for (Map<String, Object> rule : Spec.maps(given, "rules")) {
            String at = field + "[" + rates.size() + "]";
            boolean percent = oneOf(rule, "type", at + ".type", Unit.PODS) == Unit.PERCENT;
            int value = whole(rule, "value", at + ".value", 0, Integer.MAX_VALUE, 0);
            int period = whole(rule, "periodSeconds", at + ".periodSeconds", 1, SECONDS_MAX, 60);
            rates.add(new Rate(percent, value, period));
            if (rates.size() > RULES_MAX) {
                wrong(field + " must have at most " + RULES_MAX + " rules");
                break;
            }
        }
        return rates;
    }

    private List<Objective> objectives(Map<String, Object> from, String field) {
        List<Objective> objectives = new ArrayList<>();
        for (Map<String, Object> objective : Spec.maps(from, "objectives")) {
            String at = field + "[" + objectives.size() + "]";
            switch (KubeObject.text(objective, "type")) {
                case "PodResource" ->
                        objectives.add(resource(objective, "podResource", at + ".podResource"));
                case "ContainerResource" ->
                        objectives.add(
                                resource(
                                        objective, "containerResource", at + ".containerResource"));
                default -> objectives.add(query(objective, at + ".customQuery"));
            }
        }
        return objectives;
    }

    private Objective resource(Map<String, Object> objective, String member, String field) {
        Map<String, Object> given = KubeObject.map(objective, member);
        if (given.isEmpty()) {
            return new Objective.Resource("cpu", "", HALF_FULL); // Spec says that it is missing
        }
        String name = KubeObject.text(given, "name");
        if (!name.equals("cpu") && !name.equals("memory")) {
            wrong(field + ".name must be cpu or memory, is \"" + Spec.shown(name) + "\"");
        }
        String container = KubeObject.text(given, "container");
        if (member.equals("containerResource") && container.isEmpty()) {
            wrong(field + ".container must name a container");
        }
        return new Objective.Resource(name, container, goal(given, field + ".value"));
    }

    private Objective query(Map<String, Object> objective, String field) {
        Map<String, Object> given = KubeObject.map(objective, "customQuery");
        Goal goal = goal(given, field + ".value");
        int seconds = window(given, field);
        return composed(KubeObject.map(given, "request"), field + ".request", seconds, goal);
    }

    /** One query of the source Metrics, or several that a formula makes one. */
    private Objective composed(Map<String, Object> request, String field, int seconds, Goal goal) {
        String formula = KubeObject.text(request, "formula");
        List<Map<String, Object>> queries = Spec.maps(request, "queries");
        Map<String, String> texts = new LinkedHashMap<>();
        String only = "";
        for (int i = 0; i < queries.size(); i++) {
            Map<String, Object> query = queries.get(i);
            String at = field + ".queries[" + i + "]";
            if (!KubeObject.text(query, "source").equals("Metrics")) {
                return unsupported(
                        at + ".apmMetrics: traces are not measured here, write a query in PromQL",
                        goal);
            }
            only = KubeObject.text(KubeObject.map(query, "metrics"), "query");
            if (only.isEmpty()) {
                wrong(at + ".metrics.query must be there for the source Metrics");
            }
            String name = KubeObject.text(query, "name");
            if (texts.put(name, only) != null && !formula.isBlank()) {
                wrong(
                        at
                                + ".name must be another than those before, is \""
                                + Spec.shown(name)
                                + '"');
            }
        }
        if (queries.isEmpty()) {
            wrong(field + ".queries must have a query");
        }
        if (formula.isBlank() && queries.size() > 1) {
            return unsupported(
                    field + ".queries: several take a formula that makes one of them", goal);
        }
        if (formula.isBlank() || (queries.size() == 1 && texts.containsKey(formula.strip()))) {
            return new Objective.Query(only, seconds, goal);
        }
        try {
            Formula.Composed composed = Formula.compose(formula, texts);
            unused.addAll(Unused.queries(field + ".queries", texts.keySet(), composed.used()));
            return new Objective.Query(composed.query(), seconds, goal);
        } catch (IllegalArgumentException e) {
            wrong(field + ".formula " + e.getMessage());
            return new Objective.Query(only, seconds, goal);
        }
    }

    private static Objective unsupported(String why, Goal goal) {
        return new Objective.Unsupported("custom query", why, goal);
    }

    private int window(Map<String, Object> query, String field) {
        Object value = query.get("window");
        if (value == null) {
            return QUERY_SECONDS;
        }
        Matcher window = DURATION.matcher(value.toString());
        int seconds = window.matches() ? seconds(window) : 0;
        if (seconds < 1) {
            wrong(field + ".window must be a time such as 5m, is \"" + Spec.shown(value) + "\"");
        }
        return seconds;
    }

    private static int seconds(Matcher duration) {
        int number = Integer.parseInt(duration.group(1));
        return switch (duration.group(2)) {
            case "s" -> number;
            case "m" -> number * 60;
            default -> number > SECONDS_MAX ? 0 : number * SECONDS_MAX;
        };
    }

    private Goal goal(Map<String, Object> from, String field) {
        Map<String, Object> value = KubeObject.map(from, "value");
        if (KubeObject.text(value, "type").equals("AbsoluteValue")) {
            OptionalLong amount = Quantity.thousandths(value.get("absoluteValue"));
            if (amount.isEmpty() || amount.getAsLong() == 0) {
                wrong(
                        field
                                + ".absoluteValue must be an amount above 0, is "
                                + Spec.shown(value.get("absoluteValue")));
                return HALF_FULL;
            }
            return new Goal(false, amount.getAsLong());
        }
        if (!KubeObject.text(value, "type").equals("Utilization")) {
            wrong(
                    field
                            + ".type must be Utilization or AbsoluteValue, is \""
                            + Spec.shown(KubeObject.text(value, "type"))
                            + '"');
        } else if (!value.containsKey("utilization")) {
            wrong(field + ".utilization must be there for the type Utilization");
        }
        return new Goal(true, whole(value, "utilization", field + ".utilization", 1, 1000, 80));
    }

    private Fallback fallback() {
        Map<String, Object> given = KubeObject.map(KubeObject.map(spec, "fallback"), "horizontal");
        String field = "spec.fallback.horizontal";
        boolean enabled = !Boolean.FALSE.equals(given.get("enabled"));
        int stale =
                whole(
                        KubeObject.map(given, "triggers"),
                        "staleRecommendationThresholdSeconds",
                        field + ".triggers.staleRecommendationThresholdSeconds",
                        100,
                        SECONDS_MAX,
                        600);
        Allowed allowed = oneOf(given, "direction", field + ".direction", Allowed.SCALE_UP);
        return new Fallback(enabled, stale, allowed, objectives(given, field + ".objectives"));
    }

    private Overrides overrides() {
        boolean paused = "true".equals(annotations.get(ANNOTATION + "pause"));
        boolean fallback = "true".equals(annotations.get(ANNOTATION + "force-fallback"));
        Object forced = annotations.get(ANNOTATION + "force-replicas");
        int replicas = -1;
        if (forced != null) {
            replicas =
                    forced.toString().matches("\\d{1,7}")
                            ? Integer.parseInt(forced.toString())
                            : -1;
            if (replicas < 0 || replicas > Spec.REPLICAS_MAX) {
                wrong(
                        "the annotation "
                                + ANNOTATION
                                + "force-replicas must be a whole number from 0 to "
                                + Spec.REPLICAS_MAX
                                + ", is \""
                                + Spec.shown(forced)
                                + "\"");
                replicas = -1;
            }
        }
        return new Overrides(paused, replicas, fallback);
    }

    private int whole(
            Map<String, Object> from, String key, String field, int least, int most, int absent) {
        Object value = from.get(key);
        if (value == null) {
            return absent;
        }
        if (value instanceof Number number
                && number.doubleValue() == Math.rint(number.doubleValue())
                && number.doubleValue() >= least
                && number.doubleValue() <= most) {
            return number.intValue();
        }
        wrong(
                field
                        + " must be a whole number from "
                        + least
                        + " to "
                        + most
                        + ", is "
                        + Spec.shown(value));
        return absent;
    }

    /** The constant of {@code absent}'s type whose name is the word: SCALE_UP for ScaleUp. */
    private <E extends Enum<E>> E oneOf(
            Map<String, Object> from, String key, String field, E absent) {
        Object value = from.get(key);
        if (value == null) {
            return absent;
        }
        List<String> words = new ArrayList<>();
        for (E constant : absent.getDeclaringClass().getEnumConstants()) {
            String word = word(constant);
            if (word.equals(value)) {
                return constant;
            }
            words.add(word);
        }
        wrong(
                field
                        + " must be one of "
                        + String.join(", ", words)
                        + ", is \""
                        + Spec.shown(value)
                        + "\"");
        return absent;
    }

    private static String word(Enum<?> constant) {
        StringBuilder word = new StringBuilder();
        for (String part : constant.name().split("_")) {
            word.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
        }
        return word.toString();
    }

    private void wrong(String message) {
        problems.add(new Spec.Problem(Reason.INVALID_SPEC, message));
    }
}
