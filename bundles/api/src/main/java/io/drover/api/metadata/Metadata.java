package io.drover.api.metadata;

import java.net.InetAddress;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What the cluster knows of pods, services, endpoints, namespaces and nodes. Any thread; never
 * blocks. The first call of any method but {@link #state} makes it begin to follow the cluster;
 * until then it costs nothing.
 */
public interface Metadata {

    /** Where it stands. */
    State state();

    /**
     * Who has an address: a service if it is one of a service, else a pod with a network of its
     * own, else a node. A pod that has ended has none. Allocates nothing.
     *
     * @return empty when nobody is known to have it
     */
    Optional<Entry> at(InetAddress address);

    /** One entry. */
    Optional<Entry> get(Entry.Ref ref);

    /**
     * Shows all entries of a kind to {@code visitor}, in no order, on the calling thread, until it
     * returns false. Entries that come or go meanwhile may or may not be shown.
     */
    void visit(Kind kind, Predicate<Entry> visitor);

    /**
     * Opens a stream of a snapshot and then the changes.
     *
     * @param kinds of which; empty for all
     * @throws IllegalStateException if as many streams are open as configuration allows; the
     *     message says how many
     */
    MetadataStream stream(Set<Kind> kinds);

    /**
     * Where it stands.
     *
     * @param phase what it does
     * @param since when it entered that phase
     * @param reason why it is not live, in a sentence; empty when it is
     * @param entries how many it holds, by kind
     * @param revision the newest change; grows by one with each
     * @param dropped how many entries were left out because the limit is reached; they are missing
     */
    record State(
            Phase phase,
            Instant since,
            String reason,
            Map<Kind, Integer> entries,
            long revision,
            long dropped) {
        public State {
            Objects.requireNonNull(phase, "phase");
            Objects.requireNonNull(since, "since");
            Objects.requireNonNull(reason, "reason");
            entries = Map.copyOf(entries);
        }
    }

    /** What it is doing. */
    enum Phase {
        /** Nobody has asked yet. */
        IDLE,
        /** There is no cluster, or it does not answer, or refuses; see the reason. */
        UNAVAILABLE,
        /** The first snapshot is under way. */
        LOADING,
        /** Everything is known, changes arrive. */
        LIVE,
        /** It was live, the connection is lost: what is known may be old. */
        STALE
    }
}
