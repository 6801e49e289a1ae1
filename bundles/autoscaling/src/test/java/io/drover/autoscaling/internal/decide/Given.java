package io.drover.autoscaling.internal.decide;

import io.drover.autoscaling.internal.decide.Objective.Goal;
import io.drover.autoscaling.internal.decide.Policy.Allowed;
import io.drover.autoscaling.internal.decide.Policy.Direction;
import io.drover.autoscaling.internal.decide.Policy.Fallback;
import io.drover.autoscaling.internal.decide.Policy.Mode;
import io.drover.autoscaling.internal.decide.Policy.Overrides;
import io.drover.autoscaling.internal.decide.Policy.Rate;
import io.drover.autoscaling.internal.decide.Policy.Select;
import io.drover.autoscaling.internal.decide.Policy.Strategy;
import io.drover.autoscaling.internal.decide.Samples.Measured;
import io.drover.autoscaling.internal.decide.Samples.Phase;
import io.drover.autoscaling.internal.decide.Samples.Pod;
import io.drover.autoscaling.internal.decide.Samples.Ready;
import io.drover.autoscaling.internal.decide.Samples.Sample;
import io.drover.autoscaling.internal.decide.Samples.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Policies and samples that tests put together. */
final class Given {

    static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    static final long MILLIS = NOW.toEpochMilli();
    private static final long STARTED = MILLIS - Duration.ofHours(1).toMillis();

    Strategy strategy = Strategy.WATERMARKS;
    int min = 1;
    int max = 100;
    Mode mode = Mode.APPLY;
    Direction up = new Direction(Select.MAX, 0, List.of(), 0);
    Direction down = new Direction(Select.MAX, 0, List.of(), 0);
    boolean behaviour;
    List<Objective> objectives = List.of(cpu(50));
    Fallback fallback = new Fallback(true, 600, Allowed.SCALE_UP, List.of());
    Overrides overrides = Overrides.NONE;

    /** The policy of an object that asks for the HPA's rules and says nothing of behaviour. */
    static Given hpa() {
        Given given = new Given();
        given.strategy = Strategy.HPA;
        given.up =
                new Direction(
                        Select.MAX,
                        0,
                        List.of(new Rate(false, 4, 15), new Rate(true, 100, 15)),
                        0.1);
        given.down = new Direction(Select.MAX, 300, List.of(new Rate(true, 100, 15)), 0.1);
        return given;
    }

    Policy policy() {
        return new Policy(
                strategy, min, max, mode, up, down, behaviour, objectives, fallback, overrides);
    }

    static Objective.Resource cpu(int utilisation) {
        return new Objective.Resource("cpu", "", new Goal(true, utilisation));
    }

    static Objective.Query query(long thousandths) {
        return new Objective.Query("sum(rate(requests[1m]))", 60, new Goal(false, thousandths));
    }

    /** Pods that are long ready and ask for 100m of CPU each. */
    static List<Pod> pods(int count) {
        List<Pod> pods = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pods.add(pod(i, Ready.YES));
        }
        return pods;
    }

    static Pod pod(int number, Ready ready) {
        return new Pod(
                "pod-" + number,
                Phase.RUNNING,
                false,
                ready,
                STARTED,
                STARTED,
                Map.of("cpu", 100L));
    }

    /** A figure for each pod, beginning with pod 0, a moment ago. */
    static Measured usage(long... millicores) {
        Map<String, Sample> byPod = new LinkedHashMap<>();
        for (int i = 0; i < millicores.length; i++) {
            byPod.put("pod-" + i, new Sample(millicores[i], MILLIS - 5_000, 30_000));
        }
        return new Usage(byPod);
    }

    /** {@code count} pods with the same figure. */
    static Samples steady(int count, long millicores) {
        long[] all = new long[count];
        java.util.Arrays.fill(all, millicores);
        return Samples.of(count, pods(count), List.of(usage(all)));
    }

    static State acted(State state, int secondsAgo, int from, int to) {
        return state.acted(MILLIS - secondsAgo * 1000L, from, to, 3600);
    }
}
