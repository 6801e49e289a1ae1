package io.drover.kubernetes.internal.event;

import io.drover.api.kubernetes.EventRecorder.Severity;
import io.drover.api.kubernetes.ObjectRef;
import java.time.Instant;

/**
 * One call of the recorder.
 *
 * @param what equal for calls that become one event
 * @param at when
 */
public record Emission(What what, Instant at) {

    /**
     * What was said: the note is part of it, so that no sentence is swallowed by another one.
     *
     * @param reporter the bundle
     * @param regarding the object
     * @param severity normal or warning
     * @param reason why
     * @param action what was done
     * @param note the sentence
     */
    public record What(
            String reporter,
            ObjectRef regarding,
            Severity severity,
            String reason,
            String action,
            String note) {

        Topic topic() {
            return new Topic(regarding, reason);
        }
    }

    /**
     * What has a budget of its own.
     *
     * @param regarding the object
     * @param reason why
     */
    public record Topic(ObjectRef regarding, String reason) {}
}
