package io.drover.profiling.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;

/** What records. For one thread at a time, but for {@link #bytes}. */
interface Ring {

    /** Begins with the given budget. Blocks, up to a second the first time. */
    void start(Settings.RingSettings settings) throws IOException;

    /** Ends, and forgets what it holds. */
    void stop();

    /**
     * Writes a recording.
     *
     * @return whether there was anything to write
     */
    boolean write(Instant from, Instant to, OutputStream out) throws IOException;

    /** On disk now. Any thread. */
    long bytes();
}
