package io.drover.api.profiling;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A ring of what the agent did of late: the JVM's flight recorder under a budget. Given by the
 * bundle {@code profiling}; any thread. What reads the ring blocks, some hundred milliseconds for
 * each ten megabytes, and one at a time: whoever comes meanwhile gets an {@link IOException} that
 * says so. While the ring is off reading it is an {@link IllegalStateException}, whose message says
 * how to switch it on.
 */
public interface Profiling {

    /** What may be asked of the ring. */
    enum Change {
        /** Begin, if it does not run. */
        ON,
        /** End, and forget what it holds. */
        OFF,
        /** End and begin anew; begins too if it did not run. */
        RESTART
    }

    /** What is counted in a flame graph. */
    enum Of {
        /** Samples of running threads. */
        CPU,
        /** Sampled allocations, weighed by their bytes. */
        ALLOCATION
    }

    /**
     * How it is.
     *
     * @param running whether the ring records
     * @param since when it began; empty while it does not run
     * @param maxBytes of the ring
     * @param maxAge of what is in the ring
     * @param bytes in the ring now, without what is still in memory
     */
    record View(
            boolean running, Optional<Instant> since, long maxBytes, Duration maxAge, long bytes) {}

    /** Answers from memory. */
    View view();

    /**
     * Changes the ring until the configuration of {@code profiling} says something new, at the
     * longest for the life of the process. Blocks until it is done, mostly well below a second.
     *
     * @throws IOException when it cannot be done, or not within ten seconds
     * @throws InterruptedException when the calling thread is interrupted
     */
    void change(Change change) throws IOException, InterruptedException;

    /**
     * Writes a recording that JDK tools read ({@code jfr summary FILE}).
     *
     * @param last how far it reaches back; it may hold a little more
     */
    void recording(Duration last, OutputStream out) throws IOException;

    /**
     * The same as a file in the home's folder {@code profiles}; the oldest above a bound goes.
     *
     * @return an absolute path on the agent's host
     */
    Path dump(Duration last) throws IOException;

    /** Where time and memory went, for a terminal. */
    String summary(Duration last) throws IOException;

    /** A page that needs nothing but itself and a browser. */
    String flameGraph(Of what, Duration last) throws IOException;
}
