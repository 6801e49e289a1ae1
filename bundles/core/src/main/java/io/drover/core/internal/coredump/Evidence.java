package io.drover.core.internal.coredump;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A file that a crash has left.
 *
 * @param bytes its length; a core with holes takes less
 * @param at when it was written last
 */
record Evidence(Kind kind, Path file, long bytes, Instant at) {

    /** What wrote it. */
    enum Kind {
        CORE("a core"),
        JVM_ERROR("the JVM's error report"),
        HEAP_DUMP("a heap dump"),
        RECORDING("a flight recording");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /** What tells it from a later file of the same name. */
    String identity() {
        return file + "|" + at.toEpochMilli();
    }

    /** For people. */
    String sentence() {
        return kind.title() + " " + file + " (" + Sizes.of(bytes) + ", " + at + ")";
    }
}
