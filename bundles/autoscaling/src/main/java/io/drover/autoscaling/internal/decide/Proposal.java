package io.drover.autoscaling.internal.decide;

/**
 * What one objective proposes.
 *
 * @param replicas the number; -1 when there is none
 * @param measured the figure: per cent for a utilisation, else thousandths for each replica
 * @param counted how many pods that are not ready or without a figure were counted in
 * @param failure why there is no number; empty when there is one
 */
record Proposal(int replicas, double measured, int counted, String failure) {

    static Proposal of(int replicas, double measured, int counted) {
        return new Proposal(replicas, measured, counted, "");
    }

    static Proposal failed(String why) {
        return new Proposal(-1, 0, 0, why);
    }

    boolean ok() {
        return failure.isEmpty();
    }
}
