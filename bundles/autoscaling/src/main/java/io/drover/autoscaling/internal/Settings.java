package io.drover.autoscaling.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The checked configuration. Every finding is reported at once.
 *
 * @param namespace to look after; empty for all
 * @param workers at the same time
 * @param checkInterval between two looks at a target that is there
 * @param missingInterval between two looks at one that is not
 * @param backOffMin after the first failure
 * @param backOffMax after many
 * @param decisionsKept for whoever follows them and fell behind
 * @param installCrd whether the leader creates the CustomResourceDefinition
 */
record Settings(
        String namespace,
        int workers,
        Duration checkInterval,
        Duration missingInterval,
        Duration backOffMin,
        Duration backOffMax,
        int decisionsKept,
        boolean installCrd) {

    /**
     * @throws IllegalArgumentException naming each bad key, its rule and its value
     */
    static Settings from(AutoscalingConfig config) {
        List<String> findings = new ArrayList<>();
        range(findings, "workers", config.workers(), 1, 64);
        range(findings, "check.interval.ms", config.check_interval_ms(), 1_000, 3_600_000);
        range(findings, "decisions.kept", config.decisions_kept(), 1, 65_536);
        range(findings, "missing.interval.ms", config.missing_interval_ms(), 500, 3_600_000);
        range(findings, "back.off.min.ms", config.back_off_min_ms(), 10, 60_000);
        range(
                findings,
                "back.off.max.ms",
                config.back_off_max_ms(),
                Math.max(100, config.back_off_min_ms()),
                3_600_000);
        if (!findings.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", findings));
        }
        return new Settings(
                config.watch_namespace().strip(),
                config.workers(),
                Duration.ofMillis(config.check_interval_ms()),
                Duration.ofMillis(config.missing_interval_ms()),
                Duration.ofMillis(config.back_off_min_ms()),
                Duration.ofMillis(config.back_off_max_ms()),
                config.decisions_kept(),
                config.install_crd());
    }

    private static void range(List<String> findings, String key, long value, long min, long max) {
        if (value < min || value > max) {
            findings.add(key + " must be from " + min + " to " + max + ", is " + value);
        }
    }
}
