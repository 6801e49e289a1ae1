package io.drover.testing;

import io.drover.api.kubernetes.EventRecorder;
import io.drover.api.kubernetes.ObjectRef;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps every event. Safe for many threads. */
public final class FakeEventRecorder implements EventRecorder {

    private final List<Event> events = new CopyOnWriteArrayList<>();

    /**
     * What was emitted.
     *
     * @param object namespace and name
     * @param severity normal or warning
     * @param reason the word
     * @param note the sentence
     */
    public record Event(String object, Severity severity, String reason, String note) {}

    /** All events, oldest first. */
    public List<Event> events() {
        return List.copyOf(events);
    }

    @Override
    public boolean emit(
            String reporter,
            ObjectRef regarding,
            Severity severity,
            String reason,
            String action,
            String note) {
        return events.add(new Event(regarding.key(), severity, reason, note));
    }
}
