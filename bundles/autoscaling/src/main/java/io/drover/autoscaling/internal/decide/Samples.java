package io.drover.autoscaling.internal.decide;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What was seen before one decision. Times are milliseconds of the epoch, amounts thousandths of
 * their unit.
 *
 * @param current {@code spec.replicas} of the target's scale
 * @param reported {@code status.replicas} of it
 * @param pods the pods that its selector finds
 * @param objectives what was measured, one for each objective of the policy, in its order
 * @param fallback the same for the fallback's own objectives; empty where it has none
 * @param external what an external recommender proposes in place of the objectives; null where the
 *     object names none
 * @param scheduledMin the replicas that a schedule asks for now; 0 for none
 * @param budget what the cluster as a whole still allows
 */
public record Samples(
        int current,
        int reported,
        List<Pod> pods,
        List<Measured> objectives,
        List<Measured> fallback,
        Measured external,
        int scheduledMin,
        Budget budget) {

    public Samples {
        pods = List.copyOf(pods);
        objectives = List.copyOf(objectives);
        fallback = List.copyOf(fallback);
        Objects.requireNonNull(budget, "budget");
    }

    /**
     * Samples of a target that has neither schedule nor recommender, in a cluster without a budget.
     */
    public static Samples of(int current, List<Pod> pods, List<Measured> objectives) {
        return new Samples(
                current, current, pods, objectives, List.of(), null, 0, Budget.UNLIMITED);
    }

    /** The same in a cluster that still allows so much. */
    public Samples within(Budget left) {
        return new Samples(
                current, reported, pods, objectives, fallback, external, scheduledMin, left);
    }

    /** The same without a schedule. */
    public Samples withoutSchedule() {
        return new Samples(current, reported, pods, objectives, fallback, external, 0, budget);
    }

    /** Where a pod is in its life. */
    public enum Phase {
        PENDING,
        RUNNING,
        SUCCEEDED,
        FAILED,
        UNKNOWN
    }

    /** What a pod says of its readiness. */
    public enum Ready {
        YES,
        NO,
        /** Its node does not tell any more. */
        UNKNOWN,
        /** It says nothing yet. */
        NONE
    }

    /**
     * One pod.
     *
     * @param name its name
     * @param phase where it is
     * @param going whether it is being deleted
     * @param ready its condition {@code Ready}
     * @param readySince when that last changed; 0 for never
     * @param startedAt when it started; 0 when it has not
     * @param requests what it asks for: by {@code cpu} for the pod, by {@code cpu/app} for one of
     *     its containers; what is not asked for is not there
     */
    public record Pod(
            String name,
            Phase phase,
            boolean going,
            Ready ready,
            long readySince,
            long startedAt,
            Map<String, Long> requests) {
        public Pod {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(phase, "phase");
            Objects.requireNonNull(ready, "ready");
            requests = Map.copyOf(requests);
        }

        /** Whether it will never serve again. */
        boolean over() {
            return going || phase == Phase.FAILED;
        }
    }

    /** What came of measuring one objective. */
    public sealed interface Measured {}

    /**
     * Usage of each pod.
     *
     * @param byPod by the pod's name; pods without a sample are not there
     */
    public record Usage(Map<String, Sample> byPod) implements Measured {
        public Usage {
            byPod = Map.copyOf(byPod);
        }
    }

    /**
     * One number for all.
     *
     * @param value thousandths; for a proposal of an external recommender: whole replicas
     * @param at when it was true
     * @param silent why its source tells nothing since; empty when it does. Such a value may still
     *     add replicas, and never takes any away
     */
    public record Value(long value, long at, String silent) implements Measured {
        public Value {
            Objects.requireNonNull(silent, "silent");
        }

        public Value(long value, long at) {
            this(value, at, "");
        }
    }

    /**
     * Nothing could be measured.
     *
     * @param why in a sentence
     */
    public record Failed(String why) implements Measured {
        public Failed {
            Objects.requireNonNull(why, "why");
        }
    }

    /**
     * The source was asked for the first time, and its answer is not there yet: no reason to fall
     * back.
     *
     * @param why in a sentence
     */
    public record Awaited(String why) implements Measured {
        public Awaited {
            Objects.requireNonNull(why, "why");
        }
    }

    /**
     * Usage of one pod.
     *
     * @param value thousandths of a core or of a byte
     * @param at the end of the time over which it was measured
     * @param window the length of that time
     */
    public record Sample(long value, long at, long window) {}

    /**
     * What the cluster as a whole still allows.
     *
     * @param changes replicas that may still be added or taken in this minute
     * @param growth replicas that may still be added before a ceiling over many workloads is
     *     reached
     * @param frozen whether nothing may change at all
     */
    public record Budget(int changes, int growth, boolean frozen) {

        public static final Budget UNLIMITED =
                new Budget(Integer.MAX_VALUE, Integer.MAX_VALUE, false);
    }
}
