package io.drover.metrics.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The checked form of {@link MetricsConfig}.
 *
 * @param sourceTimeout for one source in one scrape
 * @param scrapesMax at the same time
 * @param seriesPerFamilyMax of one source; those beyond are summed up in one
 */
record Settings(Duration sourceTimeout, int scrapesMax, int seriesPerFamilyMax) {

    /** What holds while the configuration is wrong. */
    static final Settings DEFAULTS = new Settings(Duration.ofSeconds(1), 4, 10_000);

    /**
     * Checks every key.
     *
     * @throws IllegalArgumentException naming each bad key, its rule and its value
     */
    static Settings from(MetricsConfig config) {
        List<String> findings = new ArrayList<>();
        check("source_timeout_ms", config.source_timeout_ms(), 10, 60_000, findings);
        check("scrapes_max", config.scrapes_max(), 1, 64, findings);
        check("series_per_family_max", config.series_per_family_max(), 10, 1_000_000, findings);
        if (!findings.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", findings));
        }
        return new Settings(
                Duration.ofMillis(config.source_timeout_ms()),
                config.scrapes_max(),
                config.series_per_family_max());
    }

    private static void check(String key, int value, int min, int max, List<String> findings) {
        if (value < min || value > max) {
            findings.add("metrics.%s must be from %d to %d, is %d".formatted(key, min, max, value));
        }
    }
}
