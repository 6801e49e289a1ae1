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
 * @param usageInterval between two questions for the usage of pods
 * @param usageEager between two questions for that of a few, when new figures are due; zero: never
 * @param usageParallel namespaces whose pods' usage is asked for at the same time
 * @param usagePodsMax most pods with a usage in one namespace
 */
record Settings(
        String namespace,
        int workers,
        Duration checkInterval,
        Duration missingInterval,
        Duration backOffMin,
        Duration backOffMax,
        int decisionsKept,
        boolean installCrd,
        Duration usageInterval,
        Duration usageEager,
        int usageParallel,
        int usagePodsMax) {

    /**
     * @throws IllegalArgumentException naming each bad key, its rule and its value
     */
    static Settings from(AutoscalingConfig config) {
        List<String> findings = new ArrayList<>();
        range(findings, "workers", config.workers(), 1, 64);
        range(findings, "check.interval.ms", config.check_interval_ms(), 100, 3_600_000);
        range(findings, "decisions.kept", config.decisions_kept(), 1, 65_536);
        range(findings, "missing.interval.ms", config.missing_interval_ms(), 500, 3_600_000);
        range(findings, "back.off.min.ms", config.back_off_min_ms(), 10, 60_000);
        range(
                findings,
                "back.off.max.ms",
                config.back_off_max_ms(),
                Math.max(100, config.back_off_min_ms()),
                3_600_000);
        range(findings, "usage.interval.ms", config.usage_interval_ms(), 500, 300_000);
        range(findings, "usage.eager.ms", config.usage_eager_ms(), 0, 10_000);
        range(findings, "usage.parallel", config.usage_parallel(), 1, 64);
        range(findings, "usage.pods.max", config.usage_pods_max(), 100, 150_000);
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
                config.install_crd(),
                Duration.ofMillis(config.usage_interval_ms()),
                Duration.ofMillis(config.usage_eager_ms()),
                config.usage_parallel(),
                config.usage_pods_max());
    }

    private static void range(List<String> findings, String key, long value, long min, long max) {
        if (value < min || value > max) {
            findings.add(key + " must be from " + min + " to " + max + ", is " + value);
        }
    }
}
