package io.drover.api.http;

import java.util.Objects;

/**
 * Live data for one client, sent as server-sent events. The server takes from it at the client's
 * pace and holds back no more than one event itself: the bound, and what to do with what does not
 * fit, are the stream's. It tells of what was lost by {@link Event#lost}.
 *
 * <p>It ends with the connection, with {@link #ended}, and when the bundle of its route goes; a
 * client comes back by itself then.
 */
public interface EventStream extends AutoCloseable {

    /**
     * One event.
     *
     * @param name the field {@code event}; never {@code lost}, which is the server's word
     * @param id the field {@code id}, which the client brings back in {@code Last-Event-ID}; empty
     *     for none
     * @param data the field {@code data}, one JSON document; null when {@code lost} is not 0
     * @param lost how many events were left out in this place
     */
    record Event(String name, String id, Reply.JsonBody data, long lost) {

        public Event {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(id, "id");
        }

        /** An event with data. */
        public static Event of(String name, Reply.JsonBody data) {
            return new Event(name, "", Objects.requireNonNull(data, "data"), 0);
        }

        /** Stands for {@code count} events that this client was too slow for. */
        public static Event lost(long count) {
            return new Event("lost", "", null, count);
        }

        /** This with an id. */
        public Event id(String id) {
            return new Event(name, id, data, lost);
        }
    }

    /** The next event, or null when there is none now. One thread at a time; must not block. */
    Event next();

    /**
     * Calls {@code ready} whenever there may be something to take after {@link #next} gave null,
     * and at the end; it does not block and may be called by any thread. Set once, before the first
     * {@link #next}.
     */
    void onReady(Runnable ready);

    /** Whether no event will be added any more. What is there already can still be taken. */
    boolean ended();

    /** Ends it. Idempotent; any thread. */
    @Override
    void close();
}
