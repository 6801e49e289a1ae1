package io.drover.core.internal.apikey;

import java.net.URI;
import java.time.Duration;

/**
 * The part of core's configuration that is about the intake.
 *
 * @param validation where a key is checked: answers 200 for a valid one, 401 or 403 for an invalid
 * @param checkInterval between two checks of a key
 * @param retryInterval after a check that had no answer; doubled each time, up to the other
 * @param timeout of one check
 * @param proxy {@code http://host:port}; empty for what the environment says
 */
public record ApiKeySettings(
        URI validation,
        Duration checkInterval,
        Duration retryInterval,
        Duration timeout,
        String proxy) {}
