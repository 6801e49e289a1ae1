package io.drover.autoscaling.internal.decide;

import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The spec of a DatadogPodAutoscaler (v1alpha2), read and checked. The schema in the cluster may be
 * an older one, so nothing of it is taken for granted.
 *
 * @param target the kind it points to; its words may be empty when {@code problems} is not
 * @param targetName the name it points to
 * @param minReplicas the lower bound, 1 when none is given
 * @param maxReplicas the upper bound, {@link Integer#MAX_VALUE} when none is given
 * @param policy the rest of it; not to be used when {@code problems} is not empty
 * @param vertical what it wants of the requests of its pods; not to be used either
 * @param schedule when it has how many replicas at least
 * @param counsel who recommends in place of its objectives; empty for nobody
 * @param problems what is wrong, each with its field, rule and value; empty when nothing is
 * @param unused what it says and nothing is done with, each with its field and why
 */
public record Spec(
        ObjectKind target,
        String targetName,
        int minReplicas,
        int maxReplicas,
        Policy policy,
        VerticalPolicy vertical,
        Schedule schedule,
        Optional<Counsel> counsel,
        List<Problem> problems,
        List<String> unused) {

    /** More replicas than this are taken for an error, whoever asks for them. */
    static final int REPLICAS_MAX = 1_000_000;

    private static final String SCHEDULE = "autoscaling.drover.io/schedule";
    private static final String RECOMMENDER = "autoscaling.datadoghq.com/custom-recommender";

    /**
     * One broken rule.
     *
     * @param reason the word for it
     * @param message field, rule and value
     */
    public record Problem(String reason, String message) {}

    private static final Pattern API_VERSION =
            Pattern.compile("[a-z0-9]([-a-z0-9.]*[a-z0-9])?/v[a-z0-9]+");
    private static final Pattern KIND = Pattern.compile("[A-Z][A-Za-z0-9]{0,62}");
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final int NAME_MAX = 253;
    private static final int SHOWN_MAX = 60;
    private static final Map<String, String> MEMBER_OF_TYPE =
            Map.of(
                    "PodResource", "podResource",
                    "ContainerResource", "containerResource",
                    "CustomQuery", "customQuery");

    public Spec {
        problems = List.copyOf(problems);
        unused = List.copyOf(unused);
    }

    /** Reads the spec of an object. */
    public static Spec of(KubeObject object) {
        List<Problem> problems = new ArrayList<>();
        Map<String, Object> spec = object.spec();
        Map<String, Object> ref = KubeObject.map(spec, "targetRef");
        String apiVersion = KubeObject.text(ref, "apiVersion");
        String kind = KubeObject.text(ref, "kind");
        String name = KubeObject.text(ref, "name");
        checkRef(problems, apiVersion, kind, name);
        Map<String, Object> constraints = KubeObject.map(spec, "constraints");
        int min = replicas(problems, constraints, "minReplicas", REPLICAS_MAX, 1);
        int max =
                replicas(
                        problems, constraints, "maxReplicas", Integer.MAX_VALUE, Integer.MAX_VALUE);
        if (max < min) {
            invalid(
                    problems,
                    "spec.constraints.maxReplicas must be at least minReplicas ("
                            + min
                            + "), is "
                            + max);
        }
        checkContainers(problems, constraints);
        checkObjectives(problems, spec, "spec.objectives", true);
        Map<String, Object> fallback =
                KubeObject.map(KubeObject.map(spec, "fallback"), "horizontal");
        checkObjectives(problems, fallback, "spec.fallback.horizontal.objectives", false);
        List<String> unused = Unused.in(spec);
        Policy policy = PolicyReader.read(object, min, max, problems, unused);
        Optional<Schedule> schedule = annotation(problems, object, SCHEDULE, Schedule::read);
        return new Spec(
                new ObjectKind(apiVersion, kind),
                name,
                min,
                max,
                policy,
                VerticalReader.read(object, problems, unused),
                schedule.orElse(Schedule.NONE),
                annotation(problems, object, RECOMMENDER, Counsel::read),
                problems,
                unused);
    }

    private static <T> Optional<T> annotation(
            List<Problem> problems, KubeObject object, String name, Function<String, T> read) {
        Object text = KubeObject.map(object.metadata(), "annotations").get(name);
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(read.apply(text.toString()));
        } catch (IllegalArgumentException e) {
            invalid(problems, "the annotation " + name + " is wrong: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** The target for people: {@code apps/v1 Deployment web}. */
    public String targetText() {
        return target + " " + targetName;
    }

    private static void checkRef(
            List<Problem> problems, String apiVersion, String kind, String name) {
        if (!API_VERSION.matcher(apiVersion).matches()) {
            problems.add(
                    new Problem(
                            Reason.INVALID_TARGET_REF,
                            "spec.targetRef.apiVersion must name group and version, as apps/v1, is \""
                                    + shown(apiVersion)
                                    + "\""));
        }
        if (!KIND.matcher(kind).matches()) {
            problems.add(
                    new Problem(
                            Reason.INVALID_TARGET_REF,
                            "spec.targetRef.kind must be a kind, as Deployment, is \""
                                    + shown(kind)
                                    + "\""));
        }
        if (name.length() > NAME_MAX || !NAME.matcher(name).matches()) {
            problems.add(
                    new Problem(
                            Reason.INVALID_TARGET_REF,
                            "spec.targetRef.name must be the name of an object, is \""
                                    + shown(name)
                                    + "\""));
        }
    }

    private static int replicas(
            List<Problem> problems,
            Map<String, Object> constraints,
            String key,
            int most,
            int absent) {
        Object value = constraints.get(key);
        if (value == null) {
            return absent;
        }
        if (value instanceof Number number
                && number.doubleValue() == Math.rint(number.doubleValue())
                && number.doubleValue() >= 1
                && number.doubleValue() <= most) {
            return number.intValue();
        }
        invalid(
                problems,
                "spec.constraints."
                        + key
                        + " must be a whole number from 1 to "
                        + most
                        + ", is "
                        + shown(value));
        return absent;
    }

    private static void checkContainers(List<Problem> problems, Map<String, Object> constraints) {
        Set<String> names = new HashSet<>();
        for (Map<String, Object> container : maps(constraints, "containers")) {
            String name = KubeObject.text(container, "name");
            if (!names.add(name)) {
                invalid(
                        problems,
                        "spec.constraints.containers must name each container once, names \""
                                + shown(name)
                                + "\" twice");
            }
        }
    }

    private static void checkObjectives(
            List<Problem> problems, Map<String, Object> from, String field, boolean queries) {
        int index = 0;
        for (Map<String, Object> objective : maps(from, "objectives")) {
            String type = KubeObject.text(objective, "type");
            String member = MEMBER_OF_TYPE.get(type);
            String at = field + "[" + index++ + "]";
            if (member == null) {
                invalid(
                        problems,
                        at
                                + ".type must be PodResource, ContainerResource or CustomQuery, is \""
                                + shown(type)
                                + "\"");
            } else if (KubeObject.map(objective, member).isEmpty()) {
                invalid(problems, at + "." + member + " must be there for the type " + type);
            } else if (!queries && type.equals("CustomQuery")) {
                invalid(problems, at + "." + member + " must not be in a fallback");
            }
        }
    }

    /** A value as messages show it: what somebody wrote may be long, or deep. */
    static String shown(Object value) {
        if (value instanceof Map || value instanceof List) {
            return value instanceof Map ? "an object" : "a list";
        }
        String text = String.valueOf(value);
        return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX - 1) + "…";
    }

    private static void invalid(List<Problem> problems, String message) {
        problems.add(new Problem(Reason.INVALID_SPEC, message));
    }

    @SuppressWarnings("unchecked") // the keys of a JSON object are strings
    static List<Map<String, Object>> maps(Map<String, Object> tree, String key) {
        List<Map<String, Object>> maps = new ArrayList<>();
        if (tree.get(key) instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof Map<?, ?> map) {
                    maps.add((Map<String, Object>) map);
                }
            }
        }
        return maps;
    }
}
