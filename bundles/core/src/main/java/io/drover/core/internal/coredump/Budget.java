package io.drover.core.internal.coredump;

import java.time.Duration;

/**
 * How much a crash may leave. Pure.
 *
 * @param maxBytes of one file; 0 for none
 * @param minFreeBytes that must stay free on the file system
 * @param maxTotalBytes of all files together
 * @param maxAge after which they are removed
 */
public record Budget(long maxBytes, long minFreeBytes, long maxTotalBytes, Duration maxAge) {

    /**
     * What is allowed now.
     *
     * @param bytes the most that one more file may take; 0 for none
     * @param reason why not more; empty when it is {@link Budget#maxBytes}
     */
    record Allowance(long bytes, String reason) {}

    /**
     * What one more core may take. All or nothing: a core that is cut off is of little use.
     *
     * @param usedBytes by files that are there
     * @param freeBytes on the file system
     */
    Allowance allow(long usedBytes, long freeBytes) {
        if (maxBytes == 0) {
            return new Allowance(0, "core.core_dump_max_bytes is 0");
        }
        return allow("a core", maxBytes, usedBytes, freeBytes);
    }

    /**
     * The same for a file of a size that is known: a heap dump.
     *
     * @param what for the sentence: {@code a heap dump}
     */
    Allowance allow(String what, long bytes, long usedBytes, long freeBytes) {
        if (bytes > maxBytes) {
            return new Allowance(
                    0,
                    what
                            + " takes up to "
                            + Sizes.of(bytes)
                            + ", core.core_dump_max_bytes allows "
                            + Sizes.of(maxBytes));
        }
        if (bytes > freeBytes || freeBytes - bytes < minFreeBytes) {
            return new Allowance(
                    0,
                    Sizes.of(freeBytes)
                            + " are free, and after "
                            + what
                            + " of up to "
                            + Sizes.of(bytes)
                            + " core.core_dump_min_free_bytes ("
                            + Sizes.of(minFreeBytes)
                            + ") must still be");
        }
        if (bytes > maxTotalBytes || usedBytes > maxTotalBytes - bytes) {
            return new Allowance(
                    0,
                    Sizes.of(usedBytes)
                            + " are used, and with "
                            + what
                            + " of up to "
                            + Sizes.of(bytes)
                            + " core.core_dump_max_total_bytes ("
                            + Sizes.of(maxTotalBytes)
                            + ") would be passed");
        }
        return new Allowance(bytes, "");
    }
}
