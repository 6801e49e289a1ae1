package io.drover.api.conntrack;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Who opens the most connections. Counted in sketches of bounded size (Metwally, Agrawal, El
 * Abbadi: Efficient computation of frequent and top-k elements in data streams, 2005), so that any
 * number of addresses costs the same memory; what that costs in exactness is said with each figure.
 * Given by the bundle {@code conntrack}; any thread.
 */
public interface Talkers {

    /** Who is counted. */
    enum Kind {
        /** Who sent the first packet, before translation. */
        SOURCE,
        /** Who it reached, after translation. */
        DESTINATION,
        /** Both. */
        PAIR
    }

    /** What is counted. */
    enum Measure {
        /** Connections opened. */
        CONNECTIONS,
        /** Bytes of connections that closed; only where the kernel counts them. */
        BYTES
    }

    /**
     * The largest, by what has been counted since {@link Top#since}.
     *
     * @param limit how many at most, 1 or more
     */
    Top top(Kind kind, Measure measure, int limit);

    /**
     * A ranking.
     *
     * @param talkers the largest first
     * @param total sum over all, those that are not shown too; exact
     * @param since when counting began: the window is between one and two lengths long
     * @param surelyFoundAbove whoever has more than this is surely known, and shown if there is
     *     room
     */
    record Top(List<Talker> talkers, long total, Instant since, long surelyFoundAbove) {
        public Top {
            talkers = List.copyOf(talkers);
            Objects.requireNonNull(since, "since");
        }
    }

    /**
     * One of a ranking. The true figure is between {@code count - error} and {@code count}.
     *
     * @param source null for {@link Kind#DESTINATION}
     * @param destination null for {@link Kind#SOURCE}
     * @param count at most so much
     * @param error by so much it may be too high
     */
    record Talker(InetAddress source, InetAddress destination, long count, long error) {}
}
