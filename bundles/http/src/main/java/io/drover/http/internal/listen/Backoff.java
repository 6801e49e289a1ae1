package io.drover.http.internal.listen;

import java.time.Duration;

/** Waits that double from one second to one minute. Used by one thread. */
final class Backoff {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LAST = Duration.ofMinutes(1);

    private Duration next = FIRST;

    Duration next() {
        Duration now = next;
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(LAST) > 0 ? LAST : doubled;
        return now;
    }

    void reset() {
        next = FIRST;
    }
}
