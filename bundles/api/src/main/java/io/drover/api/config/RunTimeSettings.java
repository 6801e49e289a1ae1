package io.drover.api.config;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * Values that a person gives to the running agent, stronger than file and environment. They hold
 * until they are taken back, until their time is over or until the process ends, and survive an
 * update of any bundle. {@link LiveConfiguration#settings} shows them with the origin {@link
 * Origin.Kind#RUN_TIME}. Given by the bundle {@code config}; any thread.
 *
 * <p>Every section has a key {@code log_level}, so that the log level of one subsystem for ten
 * minutes is such a value too.
 */
public interface RunTimeSettings {

    /** Longest lifetime of a value that has an end. */
    Duration LIFETIME_MAX = Duration.ofDays(7);

    /**
     * Gives one key a value. Blocks until its component was handed it, mostly some milliseconds.
     *
     * @param section the word of the bundle: {@code conntrack}
     * @param key as in the file: {@code log_level}
     * @param text as in a variable of the environment: items of a list are parted by commas
     * @param lifetime from a second to {@link #LIFETIME_MAX}; null for no end
     * @param timeout how long to wait
     * @return refused, with findings, when the value breaks a rule, when the key is not known, and
     *     for secrets and what names an executable, which no caller of an interface may set
     * @throws TimeoutException when it is not done by then; it may still happen later
     * @throws InterruptedException when the calling thread is interrupted
     * @throws IllegalStateException when the bundle is just being stopped
     */
    Reload set(String section, String key, String text, Duration lifetime, Duration timeout)
            throws TimeoutException, InterruptedException;

    /**
     * Takes a value back, so that file, environment or default hold again; unchanged when there is
     * none. Blocks and fails as {@link #set}.
     */
    Reload unset(String section, String key, Duration timeout)
            throws TimeoutException, InterruptedException;
}
