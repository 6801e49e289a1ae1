package io.drover.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for something that another thread or process does, with a deadline and a diagnosis. */
public final class Await {

    private static final long STEP_NANOS = Duration.ofMillis(10).toNanos();

    private Await() {}

    /**
     * Returns as soon as {@code condition} holds.
     *
     * @param what what is waited for, for the message
     * @param diagnosis says what is there instead; asked only at the deadline
     * @throws AssertionError at the deadline; a failure of the last try is its cause
     */
    public static void until(
            String what,
            Duration deadline,
            Callable<Boolean> condition,
            Supplier<String> diagnosis) {
        long end = System.nanoTime() + deadline.toNanos();
        Exception last = null;
        do {
            try {
                if (condition.call()) {
                    return;
                }
                last = null;
            } catch (Exception e) {
                last = e;
            }
            LockSupport.parkNanos(STEP_NANOS);
        } while (System.nanoTime() < end);
        throw new AssertionError(
                "not within " + deadline + ": " + what + "; there is: " + diagnosis.get(), last);
    }
}
