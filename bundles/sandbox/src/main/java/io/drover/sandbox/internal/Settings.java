package io.drover.sandbox.internal;

import java.util.ArrayList;
import java.util.List;

/**
 * The checked configuration. Every finding is reported at once.
 *
 * @param port on 127.0.0.1; 0 for a free one
 * @param curveSeconds of one rise and fall of the load
 * @param changesMax that are kept for watches
 * @param watchesMax that may be open at once
 */
record Settings(int port, int curveSeconds, int changesMax, int watchesMax) {

    /**
     * @throws IllegalArgumentException naming each bad key, its rule and its value
     */
    static Settings from(SandboxConfig config) {
        List<String> findings = new ArrayList<>();
        range(findings, "port", config.port(), 0, 65_535);
        range(findings, "curve.seconds", config.curve_seconds(), 20, 86_400);
        range(findings, "changes.max", config.changes_max(), 100, 1_000_000);
        range(findings, "watches.max", config.watches_max(), 1, 1_000);
        if (!findings.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", findings));
        }
        return new Settings(
                config.port(), config.curve_seconds(), config.changes_max(), config.watches_max());
    }

    private static void range(List<String> findings, String key, long value, long min, long max) {
        if (value < min || value > max) {
            findings.add(key + " must be from " + min + " to " + max + ", is " + value);
        }
    }
}
