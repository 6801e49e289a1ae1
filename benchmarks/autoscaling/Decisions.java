package io.drover.autoscaling.internal;

import com.sun.management.OperatingSystemMXBean;
import io.drover.autoscaling.internal.decide.Decision;
import io.drover.autoscaling.internal.decide.Objective;
import io.drover.autoscaling.internal.decide.Policy;
import io.drover.autoscaling.internal.decide.Policy.Allowed;
import io.drover.autoscaling.internal.decide.Policy.Direction;
import io.drover.autoscaling.internal.decide.Policy.Fallback;
import io.drover.autoscaling.internal.decide.Policy.Mode;
import io.drover.autoscaling.internal.decide.Policy.Overrides;
import io.drover.autoscaling.internal.decide.Policy.Rate;
import io.drover.autoscaling.internal.decide.Policy.Select;
import io.drover.autoscaling.internal.decide.Policy.Strategy;
import io.drover.autoscaling.internal.decide.Samples;
import io.drover.autoscaling.internal.decide.Samples.Measured;
import io.drover.autoscaling.internal.decide.Samples.Phase;
import io.drover.autoscaling.internal.decide.Samples.Pod;
import io.drover.autoscaling.internal.decide.Samples.Ready;
import io.drover.autoscaling.internal.decide.Samples.Sample;
import io.drover.autoscaling.internal.decide.Samples.Usage;
import io.drover.autoscaling.internal.decide.Samples.Value;
import io.drover.autoscaling.internal.decide.State;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Decisions for each second of CPU, with their trace, and the bytes that an object's state takes.
 * Each object lives through an hour at 15 s: its load is a wave with noise, and its replicas are
 * what was decided before. The hour is recorded once and decided again and again.
 */
public final class Decisions {

    private static final int STEPS = 240;
    private static final int STEP_MILLIS = 15_000;
    private static final int OBJECTS = 64;
    private static final int KEPT = 4_000;
    private static final long BEGIN = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private static final int BAR_PER_SECOND = 200_000;
    private static final int BAR_BYTES = 2_000;

    private static final Direction FREE = new Direction(Select.MAX, 0, List.of(), 0);

    private final int rounds;
    private final int laps;
    private boolean held = true;

    /** What is measured; nothing else refers to it. */
    private Object[] kept;

    private Decisions(int rounds, int laps) {
        this.rounds = rounds;
        this.laps = laps;
    }

    public static void main(String[] arguments) {
        new Decisions(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]))
                .run(arguments.length > 2 && arguments[2].equals("check"));
    }

    private void run(boolean check) {
        List<Objective> cpu = List.of(cpu());
        Policy plain = policy(Strategy.WATERMARKS, FREE, FREE, cpu);
        Policy two = policy(Strategy.WATERMARKS, FREE, FREE, List.of(cpu(), query()));
        Policy hpa = hpa();
        Policy cautious =
                policy(
                        Strategy.WATERMARKS,
                        new Direction(Select.MAX, 60, List.of(new Rate(false, 4, 60)), 0),
                        new Direction(Select.MAX, 300, List.of(new Rate(true, 20, 300)), 0),
                        cpu);
        speed("one objective, 10 pods", plain, 10, true);
        speed("two objectives, 10 pods", two, 10, true);
        speed("windows and rates, 10 pods", cautious, 10, true);
        speed("strategy hpa, 10 pods", hpa, 10, true);
        speed("one objective, 100 pods", plain, 100, false);

        states(plain); // what the rounds above left behind goes with it
        each();
        memory("one objective", plain, BAR_BYTES);
        memory("windows and rates", cautious, BAR_BYTES);
        memory("strategy hpa", hpa, BAR_BYTES);
        worst();
        looks("one objective, 10 pods", plain);
        System.out.println(held ? "all bars are held" : "NOT all bars are held");
        System.exit(held || !check ? 0 : 1);
    }

    private static Objective cpu() {
        return new Objective.Resource("cpu", "", new Objective.Goal(true, 50));
    }

    private static Objective query() {
        return new Objective.Query(
                "sum(rate(requests[1m]))", 60, new Objective.Goal(false, 100_000));
    }

    private static Policy policy(
            Strategy strategy, Direction up, Direction down, List<Objective> objectives) {
        return new Policy(
                strategy,
                1,
                1_000,
                Mode.APPLY,
                up,
                down,
                true,
                objectives,
                new Fallback(true, 600, Allowed.SCALE_UP, List.of()),
                Overrides.NONE);
    }

    /** The defaults of a HorizontalPodAutoscaler that says something of its behaviour. */
    private static Policy hpa() {
        List<Rate> up = List.of(new Rate(false, 4, 15), new Rate(true, 100, 15));
        return policy(
                Strategy.HPA,
                new Direction(Select.MAX, 0, up, 0.1),
                new Direction(Select.MAX, 300, List.of(new Rate(true, 100, 15)), 0.1),
                List.of(cpu()));
    }

    /** One object's hour. */
    private static final class Life {
        private final Policy policy;
        private final Samples[] seen = new Samples[STEPS];
        private final Look[] looks;
        private State state = State.NONE;

        Life(Policy policy, List<Pod> pods, int typical, Random random, boolean keepLook) {
            this.policy = policy;
            this.looks = new Look[keepLook ? 1 : 0];
            double phase = random.nextDouble() * 2 * Math.PI;
            int current = typical;
            for (int i = 0; i < STEPS; i++) {
                double wave = 1 + 0.4 * Math.sin(phase + i * 2 * Math.PI / 120);
                double load = typical * 50 * wave * (0.95 + 0.1 * random.nextDouble());
                seen[i] = samples(current, pods, load, at(i), random);
                Look look = Look.decide(policy, state, seen[i], Instant.ofEpochMilli(at(i)));
                current = look.decision().desired();
                state = after(look.decision(), at(i));
                if (keepLook) {
                    looks[0] = look;
                }
            }
        }

        State after(Decision decision, long at) {
            return decision.outcome() == Decision.Outcome.SCALE
                    ? decision.next()
                            .acted(
                                    at,
                                    decision.current(),
                                    decision.desired(),
                                    policy.longestMemorySeconds())
                    : decision.next();
        }

        private Samples samples(
                int current, List<Pod> pods, double load, long at, Random random) {
            Map<String, Sample> byPod = new HashMap<>();
            for (int i = 0; i < current; i++) {
                double used = load / current * (0.9 + 0.2 * random.nextDouble());
                byPod.put(pods.get(i).name(), new Sample((long) used, at - 5_000, 30_000));
            }
            List<Measured> measured = new ArrayList<>();
            for (Objective objective : policy.objectives()) {
                measured.add(
                        objective instanceof Objective.Query
                                ? new Value((long) (load * 2_000), at - 5_000)
                                : new Usage(byPod));
            }
            return Samples.of(current, pods.subList(0, current), measured);
        }
    }

    private static long at(int step) {
        return BEGIN + (long) step * STEP_MILLIS;
    }

    private static List<Pod> pods(int count) {
        List<Pod> pods = new ArrayList<>();
        long started = BEGIN - 3_600_000;
        for (int i = 0; i < count; i++) {
            pods.add(
                    new Pod(
                            "web-7c5ddbdf54-" + Integer.toString(60_466_176 + i * 7919, 36),
                            Phase.RUNNING,
                            false,
                            Ready.YES,
                            started,
                            started,
                            Map.of("cpu", 100L)));
        }
        return pods;
    }

    private void speed(String what, Policy policy, int typical, boolean bar) {
        Random random = new Random(7);
        int times = typical > 10 ? 1 : laps;
        List<Life> lives = new ArrayList<>();
        for (int i = 0; i < OBJECTS; i++) {
            lives.add(new Life(policy, pods(3 * typical), typical, random, false));
        }
        double[] rates = new double[rounds];
        Tally tally = new Tally();
        replay(lives, times, tally); // warm
        for (int round = 0; round < rounds; round++) {
            tally = new Tally();
            long began = cpuNanos();
            replay(lives, times, tally);
            rates[round] = tally.decisions * 1e9 / (cpuNanos() - began);
        }
        Arrays.sort(rates);
        double median = rates[rounds / 2];
        if (tally.steps < tally.decisions || tally.scaled == 0) {
            throw new AssertionError("decisions without a trace, or none that scales: " + tally);
        }
        print(
                what,
                median / 1000,
                "k decisions for each second of CPU",
                !bar ? "" : verdict(median >= BAR_PER_SECOND, ">= 200 k/s"),
                String.format(
                        "%.1f steps each, %.1f %% scale, rounds %.0f to %.0f k",
                        (double) tally.steps / tally.decisions,
                        100.0 * tally.scaled / tally.decisions,
                        rates[0] / 1000,
                        rates[rounds - 1] / 1000));
    }

    private static final class Tally {
        private long decisions;
        private long steps;
        private long scaled;

        @Override
        public String toString() {
            return decisions + " decisions, " + steps + " steps, " + scaled + " scaled";
        }
    }

    /** Each step of all objects, then the next step: no object's data stay in the caches. */
    private static void replay(List<Life> lives, int times, Tally tally) {
        State[] states = new State[lives.size()];
        for (int lap = 0; lap < times; lap++) {
            Arrays.fill(states, State.NONE);
            for (int step = 0; step < STEPS; step++) {
                Instant now = Instant.ofEpochMilli(at(step));
                for (int i = 0; i < states.length; i++) {
                    Life life = lives.get(i);
                    Decision decision =
                            Decision.decide(life.policy, states[i], life.seen[step], now);
                    states[i] = life.after(decision, at(step));
                    tally.decisions++;
                    tally.steps += decision.steps().size();
                    tally.scaled += decision.outcome() == Decision.Outcome.SCALE ? 1 : 0;
                }
            }
        }
        for (int i = 0; i < states.length; i++) {
            if (!states[i].equals(lives.get(i).state)) {
                throw new AssertionError("decided otherwise than before: object " + i);
            }
        }
    }

    private void memory(String what, Policy policy, int bar) {
        long entries = states(policy);
        double bytes = each();
        print(
                "state, " + what,
                bytes,
                "bytes for each object",
                verdict(bytes <= bar, "<= 2 kB"),
                String.format("%.1f entries after an hour", (double) entries / KEPT));
    }

    /** Keeps the states after an hour; how many entries they have. */
    private long states(Policy policy) {
        Random random = new Random(11);
        List<Pod> pods = pods(60);
        kept = new Object[KEPT];
        long entries = 0;
        for (int i = 0; i < KEPT; i++) {
            State state = new Life(policy, pods, 10, random, false).state;
            kept[i] = state;
            entries += state.size();
        }
        return entries;
    }

    /**
     * What the longest windows and periods of the schema can make of it: an hour of both, with looks
     * up to a second late, and other replicas at each.
     */
    private void worst() {
        Random random = new Random(17);
        kept = new Object[KEPT];
        for (int i = 0; i < KEPT; i++) {
            State state = State.NONE;
            int replicas = 5_000;
            for (int step = 0; step < STEPS; step++) {
                int fewer = replicas - 1 - random.nextInt(20);
                long at = at(step) + random.nextInt(1_000);
                state = state.recommended(at, fewer, 3_600).acted(at, replicas, fewer, 3_600);
                replicas = fewer;
            }
            kept[i] = state;
        }
        String entries = kept[0].toString();
        double bytes = each();
        print(
                "state, worst: an hour of change at each look",
                bytes,
                "bytes for each object",
                verdict(bytes <= BAR_BYTES, "<= 2 kB"),
                entries);
    }

    /** What an explanation is made of: kept besides the state, its figures included. */
    private void looks(String what, Policy policy) {
        Random random = new Random(13);
        List<Pod> pods = pods(60);
        kept = new Object[KEPT];
        long figures = 0;
        for (int i = 0; i < KEPT; i++) {
            Look look = new Life(policy, pods, 10, random, true).looks[0];
            kept[i] = look;
            figures += ((Usage) look.samples().objectives().get(0)).byPod().size();
        }
        print(
                "newest look, " + what,
                each(),
                "bytes for each object",
                "",
                String.format(
                        "%.1f figures in it, state included; for explanations, not held against the bar",
                        (double) figures / KEPT));
    }

    /** What is freed when those that are kept are let go: nothing else happens meanwhile. */
    private double each() {
        long with = used();
        Arrays.fill(kept, null); // the array itself is none of theirs
        long bytes = with - used();
        if (bytes < 16L * KEPT) { // the smallest object of the JVM has 16
            throw new AssertionError("not measured: " + bytes + " bytes for " + KEPT + " objects");
        }
        return (double) bytes / KEPT;
    }

    private String verdict(boolean good, String bar) {
        held &= good;
        return (good ? "held: " : "NOT held: ") + bar;
    }

    private static void print(String what, double value, String unit, String bar, String more) {
        String between = bar.isEmpty() ? "" : bar + "; ";
        System.out.printf("%-46s %8.0f %s; %s%s%n", what, value, unit, between, more);
    }

    /** Of the whole process, its compiler and collector counted. */
    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /** Exact only with {@code -XX:MarkSweepAlwaysCompactCount=1}: else dead objects may stay. */
    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
