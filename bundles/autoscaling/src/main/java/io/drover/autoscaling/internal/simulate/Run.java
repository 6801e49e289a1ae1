package io.drover.autoscaling.internal.simulate;

import io.drover.autoscaling.internal.decide.Decision;
import io.drover.autoscaling.internal.decide.Step;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** What came of one policy. Filled by one thread. */
final class Run {

    /** A change back within this time is a flap. */
    private static final long FLAP_MILLIS = 600_000;

    private final String name;
    private final long everyMillis;
    private long[] at = new long[1024];
    private int[] replicas = new int[1024];
    private double[] needed = new double[1024];
    private int steps;
    private int least = Integer.MAX_VALUE;
    private int most;
    private int changes;
    private int flaps;
    private int unknown;
    private double replicaMillis;
    private long underMillis;
    private int direction;
    private long changedAt = Long.MIN_VALUE;
    private final Map<Step.Rule, Integer> bound = new EnumMap<>(Step.Rule.class);

    Run(String name, long everyMillis) {
        this.name = name;
        this.everyMillis = everyMillis;
    }

    void add(long now, int current, int ready, double need, double share, Decision decision) {
        if (steps == at.length) {
            at = Arrays.copyOf(at, steps * 2);
            replicas = Arrays.copyOf(replicas, steps * 2);
            needed = Arrays.copyOf(needed, steps * 2);
        }
        at[steps] = now;
        replicas[steps] = current;
        needed[steps] = need;
        steps++;
        least = Math.min(least, current);
        most = Math.max(most, current);
        replicaMillis += (double) current * everyMillis;
        if (ready == 0 || share > 1) {
            underMillis += everyMillis;
        }
        if (decision.outcome() == Decision.Outcome.UNKNOWN) {
            unknown++;
        }
        if (decision.desired() != current) {
            changed(now, Integer.signum(decision.desired() - current));
        }
        for (Step step : decision.steps()) {
            if (step.bound() && step.rule() != Step.Rule.OBJECTIVE) {
                bound.merge(step.rule(), 1, Integer::sum);
            }
        }
    }

    private void changed(long now, int way) {
        changes++;
        if (direction != 0 && way != direction && now - changedAt <= FLAP_MILLIS) {
            flaps++;
        }
        direction = way;
        changedAt = now;
    }

    String name() {
        return name;
    }

    int steps() {
        return steps;
    }

    long at(int step) {
        return at[step];
    }

    int replicas(int step) {
        return replicas[step];
    }

    double needed(int step) {
        return needed[step];
    }

    int least() {
        return least;
    }

    int most() {
        return most;
    }

    int changes() {
        return changes;
    }

    /** Changes that went back the other way within ten minutes. */
    int flaps() {
        return flaps;
    }

    /** Decisions that knew no figure. */
    int unknown() {
        return unknown;
    }

    double replicaHours() {
        return replicaMillis / 3_600_000;
    }

    /** How long a replica would have had to bear more than it can. */
    long underSeconds() {
        return underMillis / 1000;
    }

    long seconds() {
        return steps * everyMillis / 1000;
    }

    /** How often each rule changed the number. */
    Map<Step.Rule, Integer> bound() {
        return bound;
    }
}
