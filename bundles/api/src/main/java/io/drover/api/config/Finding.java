package io.drover.api.config;

import java.util.Objects;

/**
 * One thing that is wrong with the configuration.
 *
 * @param source where: {@code etc/drover.yaml:3:5} (line and column count from 1) or {@code
 *     environment DROVER_CONNTRACK_POLL_INTERVAL_MS}; empty when it is about no single place
 * @param key section and key: {@code conntrack.poll_interval_ms}; empty when it is about no key
 * @param rule what must hold: {@code must be 100 or more}
 * @param value what is there instead, shortened; empty when there is none to show; {@link
 *     Setting#REDACTED} for a secret
 */
public record Finding(String source, String key, String rule, String value) {

    public Finding {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(value, "value");
    }

    /** All of it in one line. */
    public String sentence() {
        return (source.isEmpty() ? "" : source + ": ")
                + (key.isEmpty() ? "" : key + " ")
                + rule
                + (value.isEmpty() ? "" : ", is " + value);
    }
}
