package io.drover.autoscaling.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.KubeObject;
import io.drover.autoscaling.internal.decide.Decision.Outcome;
import io.drover.autoscaling.internal.decide.Policy;
import io.drover.autoscaling.internal.decide.Samples;
import io.drover.autoscaling.internal.decide.Samples.Budget;
import io.drover.autoscaling.internal.decide.Samples.Failed;
import io.drover.autoscaling.internal.decide.Samples.Measured;
import io.drover.autoscaling.internal.decide.Samples.Phase;
import io.drover.autoscaling.internal.decide.Samples.Pod;
import io.drover.autoscaling.internal.decide.Samples.Ready;
import io.drover.autoscaling.internal.decide.Samples.Sample;
import io.drover.autoscaling.internal.decide.Samples.Usage;
import io.drover.autoscaling.internal.decide.Samples.Value;
import io.drover.autoscaling.internal.decide.Spec;
import io.drover.autoscaling.internal.decide.State;
import io.drover.autoscaling.internal.decide.Step.Rule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two dozen situations, and what is promised of a change: written into the object, it comes true.
 */
class OtherwiseTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Pattern SETTING = Pattern.compile("([A-Za-z.]+): (\\w+)");
    private static final Pattern NONE = Pattern.compile("no ([A-Za-z.]+)");
    private static final Pattern LEFT =
            Pattern.compile("(\\d+) changes left in the minute's budget");
    private static final Pattern ROOM =
            Pattern.compile("room for (\\d+) more below the ceiling of the group");
    private static final Pattern ANNOTATION =
            Pattern.compile("the annotation ([a-z-]+) taken away");

    /** One situation: what an object says, what was seen, which rule bound, what is promised. */
    private static final class Given {
        private final String name;
        private final Map<String, Object> tree = new LinkedHashMap<>();
        private int replicas = 2;
        private Measured cpu = new Failed("metrics.k8s.io does not answer");
        private State state = State.NONE;
        private Budget budget = Budget.UNLIMITED;
        private int scheduled;
        private Value proposed;
        private Rule bound;
        private String says = "";

        Given(String name) {
            this.name = name;
            set(tree, "apiVersion", "datadoghq.com/v1alpha2");
            set(tree, "kind", "DatadogPodAutoscaler");
            set(tree, "metadata.namespace", "shop");
            set(tree, "metadata.name", "web");
            set(tree, "spec.owner", "Local");
            set(tree, "spec.targetRef.apiVersion", "apps/v1");
            set(tree, "spec.targetRef.kind", "Deployment");
            set(tree, "spec.targetRef.name", "web");
            set(
                    tree,
                    "spec.objectives",
                    List.of(
                            Map.of(
                                    "type",
                                    "PodResource",
                                    "podResource",
                                    Map.of(
                                            "name",
                                            "cpu",
                                            "value",
                                            Map.of("type", "Utilization", "utilization", 50)))));
        }

        Given with(String path, Object value) {
            set(tree, path, value);
            return this;
        }

        Given annotated(String key, String value) {
            map(tree, "metadata.annotations").put(key, value);
            return this;
        }

        Given replicas(int count) {
            replicas = count;
            return this;
        }

        /** Every pod uses so much of its request of 100m. */
        Given at(int share) {
            Map<String, Sample> byPod = new HashMap<>();
            for (int i = 0; i < replicas; i++) {
                byPod.put("pod-" + i, new Sample(share, NOW.toEpochMilli() - 5_000, 30_000));
            }
            cpu = new Usage(byPod);
            return this;
        }

        Given recommended(int secondsAgo, int count) {
            state = state.recommended(NOW.toEpochMilli() - secondsAgo * 1000L, count, 3600);
            return this;
        }

        Given acted(int secondsAgo, int from, int to) {
            state = state.acted(NOW.toEpochMilli() - secondsAgo * 1000L, from, to, 3600);
            return this;
        }

        Given budget(Budget left) {
            budget = left;
            return this;
        }

        Given proposed(Value replicas) {
            proposed = replicas;
            return this;
        }

        Given scheduled(int least) {
            scheduled = least;
            return this;
        }

        Given binds(Rule rule, String sentence) {
            bound = rule;
            says = sentence;
            return this;
        }

        Look look() {
            return look(tree);
        }

        /** The look after somebody did what was promised to change it. */
        Look changed(String change) {
            Matcher left = LEFT.matcher(change);
            Matcher room = ROOM.matcher(change);
            Budget before = budget;
            int window = scheduled;
            try {
                if (left.matches()) {
                    budget =
                            new Budget(
                                    Integer.parseInt(left.group(1)),
                                    before.growth(),
                                    before.frozen());
                } else if (room.matches()) {
                    budget =
                            new Budget(
                                    before.changes(),
                                    Integer.parseInt(room.group(1)),
                                    before.frozen());
                } else if (change.equals("autoscaling.freeze: false")) {
                    budget = new Budget(before.changes(), before.growth(), false);
                } else if (change.equals("the annotation schedule taken away")) {
                    scheduled = 0;
                } else {
                    return look(OtherwiseTest.changed(tree, change));
                }
                return look(tree);
            } finally {
                budget = before;
                scheduled = window;
            }
        }

        Look look(Map<String, Object> object) {
            Spec spec = Spec.of(new KubeObject(object));
            assertThat(spec.problems()).isEmpty();
            List<Pod> pods = new ArrayList<>();
            for (int i = 0; i < replicas; i++) {
                pods.add(
                        new Pod(
                                "pod-" + i,
                                Phase.RUNNING,
                                false,
                                Ready.YES,
                                1,
                                1,
                                Map.of("cpu", 100L)));
            }
            Samples samples =
                    new Samples(
                            replicas,
                            replicas,
                            pods,
                            List.of(cpu),
                            List.of(),
                            proposed,
                            scheduled,
                            budget);
            Policy policy = spec.policy();
            return Look.decide(policy, state, samples, NOW);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Given given(String name) {
        return new Given(name);
    }

    static List<Given> situations() {
        Map<String, Object> twoPods = Map.of("type", "Pods", "value", 2, "periodSeconds", 60);
        Map<String, Object> tenth = Map.of("type", "Percent", "value", 10, "periodSeconds", 60);
        return List.of(
                given("busy").at(90).binds(Rule.OBJECTIVE, "from 2 to 4 replicas: cpu is at 90 %"),
                given("idle")
                        .replicas(4)
                        .at(10)
                        .binds(Rule.OBJECTIVE, "from 4 to 1 replica: cpu is at 10 %"),
                given("near enough").at(52).binds(Rule.OBJECTIVE, "stays at 2 replicas"),
                given("upper bound")
                        .with("spec.constraints.maxReplicas", 3)
                        .at(200)
                        .binds(
                                Rule.MAX_REPLICAS,
                                "with spec.constraints.maxReplicas: 8 it would go from 2 to 8 replicas"),
                given("lower bound")
                        .with("spec.constraints.minReplicas", 3)
                        .replicas(6)
                        .at(5)
                        .binds(
                                Rule.MIN_REPLICAS,
                                "with spec.constraints.minReplicas: 1 it would go from 6 to 1 replica"),
                given("above the most")
                        .with("spec.constraints.maxReplicas", 3)
                        .replicas(6)
                        .at(50)
                        .binds(
                                Rule.OUT_OF_BOUNDS,
                                "with spec.constraints.maxReplicas: 6 it would stay at 6 replicas"),
                given("below the least")
                        .with("spec.constraints.minReplicas", 4)
                        .at(50)
                        .binds(
                                Rule.OUT_OF_BOUNDS,
                                "with spec.constraints.minReplicas: 2 it would stay at 2 replicas"),
                given("window on the way up")
                        .with("spec.applyPolicy.scaleUp.stabilizationWindowSeconds", 300)
                        .recommended(100, 2)
                        .at(90)
                        .binds(
                                Rule.STABILISATION_UP,
                                "with spec.applyPolicy.scaleUp.stabilizationWindowSeconds: 0 it would go from 2 to 4"),
                given("window on the way down")
                        .with("spec.applyPolicy.scaleDown.stabilizationWindowSeconds", 300)
                        .replicas(6)
                        .recommended(100, 6)
                        .at(10)
                        .binds(
                                Rule.STABILISATION_DOWN,
                                "with spec.applyPolicy.scaleDown.stabilizationWindowSeconds: 0 it would go from 6 to 2"),
                given("rate on the way up")
                        .with("spec.applyPolicy.scaleUp.rules", List.of(twoPods))
                        .at(300)
                        .binds(
                                Rule.RATE_UP,
                                "with no spec.applyPolicy.scaleUp.rules it would go from 2 to 11"),
                given("rate used up")
                        .with("spec.applyPolicy.scaleUp.rules", List.of(twoPods))
                        .replicas(4)
                        .acted(30, 2, 4)
                        .at(90)
                        .binds(
                                Rule.RATE_UP,
                                "with no spec.applyPolicy.scaleUp.rules it would go from 4 to 7"),
                given("rate on the way down")
                        .with("spec.applyPolicy.scaleDown.rules", List.of(tenth))
                        .replicas(10)
                        .at(10)
                        .binds(
                                Rule.RATE_DOWN,
                                "with no spec.applyPolicy.scaleDown.rules it would go from 10 to 2"),
                given("up switched off")
                        .with("spec.applyPolicy.scaleUp.strategy", "Disabled")
                        .at(90)
                        .binds(
                                Rule.DIRECTION_OFF,
                                "with spec.applyPolicy.scaleUp.strategy: Max it would go from 2 to 4"),
                given("down switched off")
                        .with("spec.applyPolicy.scaleDown.strategy", "Disabled")
                        .replicas(4)
                        .at(10)
                        .binds(
                                Rule.DIRECTION_OFF,
                                "with spec.applyPolicy.scaleDown.strategy: Max it would go from 4 to 1"),
                given("preview")
                        .with("spec.applyPolicy.mode", "Preview")
                        .at(90)
                        .binds(
                                Rule.PREVIEW,
                                "with spec.applyPolicy.mode: Apply it would go from 2 to 4"),
                given("paused")
                        .annotated("autoscaling.datadoghq.com/pause", "true")
                        .at(90)
                        .binds(
                                Rule.PAUSED,
                                "with the annotation pause taken away it would go from 2 to 4"),
                given("pinned")
                        .annotated("autoscaling.datadoghq.com/force-replicas", "5")
                        .at(90)
                        .binds(
                                Rule.FORCED,
                                "with the annotation force-replicas taken away it would go from 2 to 4"),
                given("fallback may not shrink")
                        .annotated("autoscaling.datadoghq.com/force-fallback", "true")
                        .replicas(4)
                        .at(10)
                        .binds(
                                Rule.FALLBACK_DIRECTION,
                                "with spec.fallback.horizontal.direction: All it would go from 4 to 1"),
                given("no figures")
                        .binds(
                                Rule.NOTHING_KNOWN,
                                "it decides again as soon as every figure is there"),
                given("switched off by hand")
                        .replicas(0)
                        .binds(Rule.ZERO, "one replica or more makes it work again"),
                given("frozen")
                        .budget(new Budget(9, 9, true))
                        .at(90)
                        .binds(
                                Rule.FROZEN,
                                "with autoscaling.freeze: false it would go from 2 to 4 replicas"),
                given("budget of the minute")
                        .budget(new Budget(1, 9, false))
                        .at(90)
                        .binds(
                                Rule.BUDGET_CHANGES,
                                "with 2 changes left in the minute's budget it would go from 2 to 4"),
                given("ceiling of the group")
                        .budget(new Budget(9, 1, false))
                        .at(90)
                        .binds(
                                Rule.BUDGET_GROWTH,
                                "with room for 2 more below the ceiling of the group it would go from 2 to 4"),
                given("schedule")
                        .scheduled(6)
                        .at(50)
                        .binds(
                                Rule.OUT_OF_BOUNDS,
                                "with the annotation schedule taken away it would stay at 2"),
                given("schedule holds")
                        .scheduled(6)
                        .replicas(8)
                        .at(5)
                        .binds(
                                Rule.MIN_REPLICAS,
                                "with the annotation schedule taken away it would go from 8 to 1 replica"),
                given("schedule holds the rules of the HPA too")
                        .annotated("autoscaling.drover.io/strategy", "hpa")
                        .with("spec.applyPolicy.scaleDown.stabilizationWindowSeconds", 0)
                        .scheduled(6)
                        .replicas(8)
                        .at(5)
                        .binds(
                                Rule.MIN_REPLICAS,
                                "with the annotation schedule taken away it would go from 8 to 1 replica"),
                given("recommender")
                        .proposed(new Value(5, NOW.toEpochMilli()))
                        .binds(Rule.SOURCE, "the external recommender proposes 5 replicas"),
                given("recommender that is silent")
                        .replicas(4)
                        .proposed(new Value(2, NOW.toEpochMilli(), "it does not answer"))
                        .binds(Rule.PARTIAL, "it decides again as soon as every figure is there"));
    }

    @ParameterizedTest
    @MethodSource("situations")
    void namesTheOneRuleThatBoundAndWhatWouldChangeIt(Given given) {
        Look look = given.look();

        boolean ended =
                look.decision().outcome() == Outcome.HELD
                        || look.decision().outcome() == Outcome.UNKNOWN;
        Rule bound =
                ended
                        ? look.decision().steps().get(look.decision().steps().size() - 1).rule()
                        : look.decision().binding().rule();
        assertThat(bound).isEqualTo(given.bound);
        assertThat(Why.text("shop/web", look, false)).contains(given.says);
        promiseHolds(given, look);
    }

    @Test
    void whatIsPromisedComesTrueInThousandsOfObjects() {
        Random random = new Random(8);
        Set<Rule> seen = EnumSet.noneOf(Rule.class);
        int promises = 0;
        for (int i = 0; i < 5_000; i++) {
            Given given = random(random);
            Look look = given.look();
            if (promiseHolds(given, look)) {
                promises++;
                look.decision().steps().forEach(step -> seen.add(step.rule()));
            }
        }
        assertThat(promises).isGreaterThan(1_000);
        assertThat(seen)
                .contains(
                        Rule.MAX_REPLICAS,
                        Rule.MIN_REPLICAS,
                        Rule.OUT_OF_BOUNDS,
                        Rule.STABILISATION_UP,
                        Rule.STABILISATION_DOWN,
                        Rule.RATE_UP,
                        Rule.RATE_DOWN,
                        Rule.DIRECTION_OFF,
                        Rule.PREVIEW,
                        Rule.PAUSED,
                        Rule.FORCED,
                        Rule.SCHEDULE,
                        Rule.FROZEN,
                        Rule.BUDGET_CHANGES,
                        Rule.BUDGET_GROWTH);
    }

    /** Writes the promised change into the object as a person would, and decides again. */
    private static boolean promiseHolds(Given given, Look look) {
        Optional<Otherwise> promise = Otherwise.of(look);
        if (promise.isEmpty()) {
            return false;
        }
        Look then = given.changed(promise.get().change());
        assertThat(then.decision())
                .as("%s, with %s", given.tree, promise.get().change())
                .isEqualTo(promise.get().then().decision());
        return true;
    }

    private static Map<String, Object> changed(Map<String, Object> tree, String change) {
        Map<String, Object> other = copy(tree);
        Matcher setting = SETTING.matcher(change);
        Matcher none = NONE.matcher(change);
        Matcher annotation = ANNOTATION.matcher(change);
        if (setting.matches()) {
            String value = setting.group(2);
            set(
                    other,
                    setting.group(1),
                    value.matches("\\d+") ? (Object) Integer.valueOf(value) : value);
        } else if (none.matches()) {
            set(other, none.group(1), null);
        } else {
            assertThat(annotation.matches()).as(change).isTrue();
            map(other, "metadata.annotations")
                    .remove("autoscaling.datadoghq.com/" + annotation.group(1));
        }
        return other;
    }

    private static Given random(Random random) {
        Given given = new Given("random");
        int min = 1 + random.nextInt(4);
        given.with("spec.constraints.minReplicas", min);
        given.with("spec.constraints.maxReplicas", min + random.nextInt(12));
        for (String way : List.of("scaleUp", "scaleDown")) {
            if (random.nextBoolean()) {
                given.with(
                        "spec.applyPolicy." + way + ".stabilizationWindowSeconds",
                        60 * random.nextInt(10));
            }
            if (random.nextInt(3) == 0) {
                Map<String, Object> rule =
                        Map.of(
                                "type",
                                random.nextBoolean() ? "Pods" : "Percent",
                                "value",
                                random.nextInt(30),
                                "periodSeconds",
                                30 + random.nextInt(200));
                given.with("spec.applyPolicy." + way + ".rules", List.of(rule));
            }
            if (random.nextInt(8) == 0) {
                given.with("spec.applyPolicy." + way + ".strategy", "Disabled");
            }
        }
        if (random.nextInt(6) == 0) {
            given.with("spec.applyPolicy.mode", "Preview");
        }
        for (String annotation : List.of("pause", "force-fallback")) {
            if (random.nextInt(8) == 0) {
                given.annotated("autoscaling.datadoghq.com/" + annotation, "true");
            }
        }
        if (random.nextInt(8) == 0) {
            given.annotated(
                    "autoscaling.datadoghq.com/force-replicas", "" + (1 + random.nextInt(9)));
        }
        if (random.nextInt(3) == 0) {
            given.annotated("autoscaling.drover.io/strategy", "hpa");
        }
        if (random.nextInt(3) == 0) {
            given.budget(new Budget(random.nextInt(5), random.nextInt(5), random.nextInt(4) == 0));
        }
        if (random.nextInt(4) == 0) {
            given.scheduled(1 + random.nextInt(12));
        }
        given.replicas(1 + random.nextInt(12)).at(random.nextInt(200));
        for (int ago = 900; ago > 0; ago -= 60 + random.nextInt(300)) {
            given.recommended(ago, 1 + random.nextInt(12));
            if (random.nextInt(3) == 0) {
                given.acted(ago, 1 + random.nextInt(12), 1 + random.nextInt(12));
            }
        }
        return given;
    }

    private static void set(Map<String, Object> tree, String path, Object value) {
        int dot = path.lastIndexOf('.');
        Map<String, Object> at = dot < 0 ? tree : map(tree, path.substring(0, dot));
        String key = path.substring(dot + 1);
        if (value == null) {
            at.remove(key);
        } else {
            at.put(key, value);
        }
    }

    @SuppressWarnings("unchecked") // this test alone makes these trees
    private static Map<String, Object> map(Map<String, Object> tree, String path) {
        Map<String, Object> at = tree;
        for (String key : Arrays.asList(path.split("\\."))) {
            at = (Map<String, Object>) at.computeIfAbsent(key, any -> new LinkedHashMap<>());
        }
        return at;
    }

    @SuppressWarnings("unchecked") // the keys are strings
    private static Map<String, Object> copy(Map<String, Object> tree) {
        Map<String, Object> copy = new LinkedHashMap<>();
        tree.forEach(
                (key, value) ->
                        copy.put(
                                key,
                                value instanceof Map<?, ?> map
                                        ? copy((Map<String, Object>) map)
                                        : value));
        return copy;
    }
}
