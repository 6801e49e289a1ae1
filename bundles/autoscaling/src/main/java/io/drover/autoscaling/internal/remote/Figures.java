package io.drover.autoscaling.internal.remote;

/**
 * What a source outside does.
 *
 * @param questions that are asked
 * @param endpointsOpen endpoints that are left in peace after failures
 * @param answered answers that were figures
 * @param failed questions that got none
 * @param held questions that did not go out, for their endpoint is left in peace
 */
public record Figures(int questions, int endpointsOpen, long answered, long failed, long held) {

    static Figures of(Inquiries inquiries) {
        return new Figures(
                inquiries.questions(),
                inquiries.endpointsOpen(),
                inquiries.answered(),
                inquiries.failed(),
                inquiries.held());
    }
}
