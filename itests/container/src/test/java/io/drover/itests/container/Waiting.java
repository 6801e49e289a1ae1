package io.drover.itests.container;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Waits with a deadline and a diagnosis. Apart from the one of the other tests: this one runs
 * inside the container.
 */
final class Waiting {

    private Waiting() {}

    static void until(
            String what, int seconds, Callable<Boolean> condition, Supplier<String> diagnosis)
            throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        "not within " + seconds + " s: " + what + "; there is: " + diagnosis.get());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
