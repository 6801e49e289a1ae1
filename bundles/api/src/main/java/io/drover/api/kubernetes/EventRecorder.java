package io.drover.api.kubernetes;

/**
 * Tells the users of the cluster what happened to an object, as Events ({@code events.k8s.io/v1}),
 * for {@code kubectl describe} and {@code kubectl get events}. Any thread; never blocks.
 *
 * <p>Call it only in a term: followers do not emit. Equal events become one with a count. Each pair
 * of object and reason has a budget of its own, so that one noisy reason silences no other. What
 * cannot be delivered is dropped and counted ({@code drover_kubernetes_events_total}).
 */
public interface EventRecorder {

    /** How much a person should care. */
    enum Severity {
        NORMAL,
        WARNING
    }

    /**
     * Emits one event.
     *
     * @param reporter the one word of the bundle that tells it
     * @param regarding the object; its kind and name must be known, its uid should be
     * @param severity normal or warning
     * @param reason why, one word in CamelCase, at most 128 characters; stable
     * @param action what was done or tried, one word in CamelCase, at most 128 characters
     * @param note the sentence for people; cut at 1,024 bytes
     * @return false when it was dropped because the queue is full
     */
    boolean emit(
            String reporter,
            ObjectRef regarding,
            Severity severity,
            String reason,
            String action,
            String note);
}
