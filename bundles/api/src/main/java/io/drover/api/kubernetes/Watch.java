package io.drover.api.kubernetes;

import java.time.Instant;
import java.util.Objects;

/** A running watch. Any thread; never blocks. */
public interface Watch extends AutoCloseable {

    /** Where it stands. */
    State state();

    /**
     * Whether this process has written a newer version of an object than the watch has shown: what
     * is decided by what it shows would be decided twice.
     *
     * @param key {@link KubeObject#key} of the object
     */
    default boolean behind(String key) {
        return false;
    }

    /** Ends it; its observer may still be told of one change that is under way. */
    @Override
    void close();

    /** What a watch is doing. */
    enum Phase {
        /** There is no cluster, or it does not answer. */
        NO_CLUSTER,
        /**
         * The API server does not serve the kind: its CustomResourceDefinition is not installed.
         */
        NO_KIND,
        /** The first list is under way. */
        LISTING,
        /** Everything is known, changes arrive. */
        LIVE,
        /**
         * It was live; the connection is lost and is being made again. What is known may be old.
         */
        RECONNECTING
    }

    /**
     * Where a watch stands.
     *
     * @param phase what it does
     * @param since when it entered that phase
     * @param reason why it is not live, in a sentence; empty when it is
     */
    record State(Phase phase, Instant since, String reason) {
        public State {
            Objects.requireNonNull(phase, "phase");
            Objects.requireNonNull(since, "since");
            Objects.requireNonNull(reason, "reason");
        }
    }
}
