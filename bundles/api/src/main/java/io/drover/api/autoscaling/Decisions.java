package io.drover.api.autoscaling;

import java.util.List;

/**
 * The newest decisions of this process, numbered from 1. They are kept once for all readers, up to
 * a limit; a reader holds nothing but the number that it has seen. Any thread; never blocks.
 */
public interface Decisions {

    /** Names this numbering: another one when it began anew. Never 0. */
    long epoch();

    /** Number of the newest decision; 0 while there is none. */
    long newest();

    /**
     * What came after a number.
     *
     * @param number of the newest decision that the reader has seen; 0 for none
     * @param max how many at most, 1 or more
     */
    Page after(long number, int max);

    /**
     * Calls {@code ready} after each new decision, on the thread that made it, until the returned
     * handle is closed. It must not block.
     */
    AutoCloseable onNew(Runnable ready);

    /**
     * Some decisions in their order.
     *
     * @param missed how many before the first are not kept any more
     * @param first number of the first
     * @param decisions without gaps; may be empty
     */
    record Page(long missed, long first, List<Decision> decisions) {
        public Page {
            decisions = List.copyOf(decisions);
        }
    }
}
