package io.drover.http.internal.serve;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Requests that wait, without a thread, for a bundle that is being replaced. They look again when
 * routes have come, and from time to time: a bundle may be back before it can answer. Any thread.
 */
final class Held {

    private static final Duration POLL = Duration.ofMillis(20);

    private final Front front;
    private final Set<Exchange> waiting = ConcurrentHashMap.newKeySet();

    Held(Front front) {
        this.front = front;
    }

    /** False when there are {@code max} already. */
    boolean park(Exchange exchange, int max) {
        if (waiting.size() >= max) {
            return false;
        }
        waiting.add(exchange);
        front.timer().schedule(() -> again(exchange), POLL.toMillis(), TimeUnit.MILLISECONDS);
        return true;
    }

    void wake() {
        waiting.forEach(this::again);
    }

    private void again(Exchange exchange) {
        if (waiting.remove(exchange)) {
            try {
                front.threads().execute(exchange::again);
            } catch (RejectedExecutionException e) {
                exchange.cutOff("stopped");
            }
        }
    }

    int size() {
        return waiting.size();
    }
}
