package io.drover.kubernetes.internal.event;

import io.drover.api.kubernetes.ClusterException;
import java.time.Instant;

/** Where events go. Calls block. Used by one thread. */
public interface EventSink {

    /**
     * Creates an event.
     *
     * @param name of the Event object
     */
    void create(String name, Emission.What what, Instant at) throws ClusterException;

    /**
     * Writes how often an event happened.
     *
     * @throws ClusterException with NOT_FOUND when it is not there any more
     */
    void count(String name, Emission.What what, int count, Instant last) throws ClusterException;
}
