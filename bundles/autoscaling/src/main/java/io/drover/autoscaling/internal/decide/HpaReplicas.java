package io.drover.autoscaling.internal.decide;

import io.drover.autoscaling.internal.decide.Samples.Phase;
import io.drover.autoscaling.internal.decide.Samples.Pod;
import io.drover.autoscaling.internal.decide.Samples.Ready;
import io.drover.autoscaling.internal.decide.Samples.Sample;
import io.drover.autoscaling.internal.decide.Samples.Usage;
import io.drover.autoscaling.internal.decide.Samples.Value;

/**
 * Figures to replicas, as the HorizontalPodAutoscaler of Kubernetes 1.37 does it
 * (pkg/controller/podautoscaler/replica_calculator.go and metrics/utilization.go there), the
 * integer divisions included. Pure functions.
 */
final class HpaReplicas {

    /** The controller manager's defaults. */
    private static final long CPU_INITIALISATION_MILLIS = 300_000;

    private static final long INITIAL_READINESS_MILLIS = 30_000;

    private static final String NO_PODS = "the target's selector finds no pod";

    private HpaReplicas() {}

    /** A resource of the pods. */
    static Proposal of(
            Objective.Resource objective, Usage usage, Samples samples, Policy policy, long now) {
        if (samples.pods().isEmpty()) {
            return Proposal.failed(NO_PODS);
        }
        Groups groups = Groups.of(objective, usage, samples, now);
        if (!groups.failure.isEmpty()) {
            return Proposal.failed(groups.failure);
        }
        if (groups.samples == 0) {
            return Proposal.failed("no pod that is ready has a figure");
        }
        boolean share = objective.goal().utilisation();
        if (share && groups.requests == 0) {
            return Proposal.failed("no figure belongs to a known pod");
        }
        long goal = objective.goal().value();
        double ratio = share ? groups.ratio(goal) : groups.plainRatio(goal);
        double measured = share ? groups.utilisation() : groups.average();
        boolean upWithUnready = groups.unready > 0 && ratio > 1.0;
        if (!upWithUnready && groups.missing == 0) {
            return within(ratio, policy)
                    ? Proposal.of(samples.current(), measured, 0)
                    : Proposal.of(ceil(ratio * groups.ready), measured, 0);
        }
        int counted = groups.countIn(ratio, upWithUnready);
        double again = share ? groups.ratio(goal) : groups.plainRatio(goal);
        if (within(again, policy) || (ratio < 1 && again > 1) || (ratio > 1 && again < 1)) {
            return Proposal.of(samples.current(), measured, counted);
        }
        int replicas = ceil(again * groups.samples);
        boolean turned =
                (again < 1 && replicas > samples.current())
                        || (again > 1 && replicas < samples.current());
        return Proposal.of(turned ? samples.current() : replicas, measured, counted);
    }

    /** One number for all: an external metric with {@code Value}, or {@code AverageValue}. */
    static Proposal of(Objective.Query objective, Value value, Samples samples, Policy policy) {
        double goal = objective.goal().value();
        if (objective.goal().utilisation()) {
            // The goal is per cent, the value thousandths of a per cent.
            double ratio = value.value() / (goal * 1000);
            int ready = 0;
            for (Pod pod : samples.pods()) {
                ready += pod.phase() == Phase.RUNNING && pod.ready() == Ready.YES ? 1 : 0;
            }
            boolean near = within(ratio, policy);
            if (!near && samples.pods().isEmpty()) {
                return Proposal.failed(NO_PODS);
            }
            int replicas = near ? samples.current() : ceil(ratio * ready);
            return Proposal.of(replicas, value.value() / 1000.0, 0);
        }
        double ratio = value.value() / (goal * samples.reported());
        int replicas = within(ratio, policy) ? samples.reported() : ceil(value.value() / goal);
        return Proposal.of(replicas, (double) value.value() / samples.reported(), 0);
    }

    private static boolean within(double ratio, Policy policy) {
        return 1.0 - policy.down().tolerance() <= ratio && ratio <= 1.0 + policy.up().tolerance();
    }

    private static int ceil(double replicas) {
        return (int) Math.ceil(replicas); // saturates
    }

    /** The pods by what their figures are worth, and the sums over those that count. */
    private static final class Groups {

        private int ready;
        private int unready;
        private int missing;
        private long unreadyRequests;
        private long missingRequests;

        /** What the missing are taken to use on the way down; rounded pod by pod. */
        private long missingUsed;

        private String failure = "";

        /** Figures that count, those of pods that the selector does not find included. */
        private int samples;

        private long used;
        private long requests;

        static Groups of(Objective.Resource objective, Usage usage, Samples samples, long now) {
            Groups groups = new Groups();
            boolean cpu = objective.resource().equals("cpu");
            boolean share = objective.goal().utilisation();
            long goal = objective.goal().value();
            String asked =
                    objective.container().isEmpty()
                            ? objective.resource()
                            : objective.resource() + "/" + objective.container();
            int known = 0;
            for (Pod pod : samples.pods()) {
                Sample sample = usage.byPod().get(pod.name());
                known += sample == null ? 0 : 1;
                Long request = share ? pod.requests().get(asked) : Long.valueOf(0);
                if (request == null) {
                    groups.failure =
                            "pod "
                                    + pod.name()
                                    + " does not say how much "
                                    + asked
                                    + " it asks for";
                    return groups;
                }
                long full = share ? request * Math.max(100, goal) / 100 : goal;
                groups.put(pod, sample, request, full, cpu, now);
            }
            if (known < usage.byPod().size()) {
                groups.strangers(usage, samples, share);
            }
            return groups;
        }

        private void put(Pod pod, Sample sample, long request, long full, boolean cpu, long now) {
            if (pod.over()) {
                return;
            }
            if (pod.phase() == Phase.PENDING) {
                unready++;
                unreadyRequests += request;
            } else if (sample == null) {
                missing++;
                missingRequests += request;
                missingUsed += full;
            } else if (cpu && isUnready(pod, sample, now)) {
                unready++;
                unreadyRequests += request;
            } else {
                ready++;
                samples++;
                used += sample.value();
                requests += request;
            }
        }

        /** Figures of pods that are gone already: they count where no request is needed. */
        private void strangers(Usage usage, Samples all, boolean share) {
            usage.byPod()
                    .forEach(
                            (name, sample) -> {
                                if (all.pods().stream().noneMatch(p -> p.name().equals(name))) {
                                    samples++;
                                    used += share ? 0 : sample.value();
                                }
                            });
        }

        private static boolean isUnready(Pod pod, Sample sample, long now) {
            if (pod.ready() == Ready.NONE || pod.startedAt() == 0) {
                return true;
            }
            boolean not = pod.ready() == Ready.NO;
            if (pod.startedAt() + CPU_INITIALISATION_MILLIS > now) {
                return not || sample.at() < pod.readySince() + sample.window();
            }
            return not && pod.startedAt() + INITIAL_READINESS_MILLIS > pod.readySince();
        }

        /** Counts in those that were left out, each as the most cautious figure says. */
        private int countIn(double ratio, boolean upWithUnready) {
            int counted = 0;
            if (missing > 0 && ratio != 1.0) {
                counted += missing;
                samples += missing;
                requests += missingRequests;
                if (ratio < 1.0) {
                    used += missingUsed;
                }
            }
            if (upWithUnready) {
                counted += unready;
                samples += unready;
                requests += unreadyRequests;
            }
            return counted;
        }

        private int utilisation() {
            return (int) (used * 100 / requests);
        }

        private double ratio(long goal) {
            return (double) utilisation() / goal;
        }

        private long average() {
            return used / samples;
        }

        private double plainRatio(long goal) {
            return (double) average() / goal;
        }
    }
}
