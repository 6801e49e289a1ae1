package io.drover.testing;

import io.drover.api.http.EventStream;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A live stream that a test feeds. Any thread. */
public final class ScriptedEvents implements EventStream {

    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private volatile Runnable ready = () -> {};
    private volatile boolean ended;
    private volatile boolean closed;

    /** Adds an event and says so. */
    public void add(Event event) {
        events.add(event);
        ready.run();
    }

    /** Adds no more. */
    public void finish() {
        ended = true;
        ready.run();
    }

    /** Whether the reader has closed it. */
    public boolean closed() {
        return closed;
    }

    @Override
    public Event next() {
        return events.poll();
    }

    @Override
    public void onReady(Runnable whenReady) {
        ready = whenReady;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public void close() {
        closed = true;
    }
}
