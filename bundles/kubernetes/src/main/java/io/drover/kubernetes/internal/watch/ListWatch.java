package io.drover.kubernetes.internal.watch;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.KubeObject;
import java.time.Duration;
import java.util.function.Consumer;

/** Where an informer gets the objects of its kind from. Used by one thread at a time. */
public interface ListWatch {

    /** Whether there is something to be asked. */
    enum Presence {
        NO_CLUSTER,
        NO_KIND,
        SERVED
    }

    /**
     * Whether the kind is served; may block for one request.
     *
     * @throws ClusterException when the API server does not say
     */
    Presence presence() throws ClusterException;

    /** What is known of the kind may be wrong: ask anew next time. */
    void forget();

    /** Why there is no cluster, for people. */
    String problem();

    /**
     * Reads all objects, page by page; blocks.
     *
     * @return the version of the list, from which a watch goes on
     */
    String list(Consumer<KubeObject> objects) throws ClusterException;

    /**
     * Begins a watch; does not block.
     *
     * @param version from which it goes on; empty: all objects first, then {@link
     *     Listener#complete}
     * @param duration after which the API server is to end it
     * @return ends it, after which the listener is not told anything any more
     */
    Runnable watch(String version, Duration duration, Listener listener);

    /** Is told what comes, in order, on any thread. */
    interface Listener {
        /** The API server has accepted the watch. */
        void opened();

        /** An object is there, or changed. */
        void put(KubeObject object);

        /** An object is gone. */
        void removed(KubeObject last);

        /** All objects that were there at {@code version} have been told. */
        void complete(String version);

        /** Nothing has changed up to {@code version}. */
        void bookmark(String version);

        /** The watch is over. */
        void ended(End end);
    }

    /**
     * Why a watch is over.
     *
     * @param kind what follows from it
     * @param retryAfter how long the API server asks to wait
     * @param why for people
     */
    record End(Why kind, Duration retryAfter, String why) {}

    /** What follows from the end of a watch. */
    enum Why {
        /** As asked for: go on from the last version. */
        REGULAR,
        /** The connection is lost, or the API server cannot: go on later from the last version. */
        BROKEN,
        /** The last version is too old, or unknown: all objects must be read anew. */
        EXPIRED,
        /** The kind is not served any more. */
        KIND_GONE,
        /** This API server cannot begin a watch with all objects: list them first. */
        NO_STREAMED_LIST
    }
}
