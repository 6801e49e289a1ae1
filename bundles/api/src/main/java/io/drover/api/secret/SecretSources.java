package io.drover.api.secret;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * Where the configured secrets come from and how they stand. Given by the bundle {@code config};
 * any thread.
 */
public interface SecretSources {

    /** Every configured secret in the order of sections and keys. Answers from memory. */
    List<SecretState> states();

    /**
     * Asks the source of every secret now, whenever it would have been asked next. Blocks until
     * that is done: up to the back end's timeout.
     *
     * @return the states after it
     * @throws TimeoutException when it is not done by then; it still goes on
     * @throws InterruptedException when the calling thread is interrupted
     * @throws IllegalStateException when the bundle is just being stopped
     */
    List<SecretState> refresh(Duration timeout) throws TimeoutException, InterruptedException;
}
