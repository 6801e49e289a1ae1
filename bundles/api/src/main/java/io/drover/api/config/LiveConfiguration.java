package io.drover.api.config;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * The configuration of this agent: files of the home's {@code etc} folder, overridden by the
 * environment. Given by the bundle {@code config}; any thread.
 */
public interface LiveConfiguration {

    /**
     * Every key that an installed bundle knows, with the value that holds now, in the order of
     * sections and keys. Answers from memory. Empty while no configuration has been accepted.
     */
    List<Setting> settings();

    /**
     * What is wrong with the sources as they were last read; then an older configuration holds.
     * Answers from memory; empty when all is well.
     */
    List<Finding> findings();

    /**
     * Reads all sources now and takes them over whole or not at all. Blocks until that is done,
     * mostly some milliseconds.
     *
     * @throws TimeoutException when it is not done by then; it may still happen later
     * @throws InterruptedException when the calling thread is interrupted
     * @throws IllegalStateException when the bundle is just being stopped
     */
    Reload reload(Duration timeout) throws TimeoutException, InterruptedException;
}
