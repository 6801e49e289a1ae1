package io.drover.core.internal;

import io.drover.core.internal.apikey.ApiKeySettings;
import io.drover.core.internal.coredump.Budget;
import io.drover.core.internal.coredump.CoreDumpSettings;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The checked form of what {@link CoreConfig} says of crashes and of the intake.
 *
 * @param keyPoll how often a newer key is looked for, in memory, and whether a check is due
 */
record UpkeepSettings(CoreDumpSettings coreDumps, ApiKeySettings apiKey, Duration keyPoll) {

    private static final long BYTES_MAX = 1L << 50;
    private static final Duration KEY_POLL = Duration.ofSeconds(1);

    /**
     * @throws IllegalArgumentException with every wrong key, its rule and its value
     */
    static UpkeepSettings from(CoreConfig config) {
        List<String> wrong = new ArrayList<>();
        range(wrong, "core_dump_max_bytes", config.core_dump_max_bytes(), 0, BYTES_MAX);
        range(wrong, "core_dump_min_free_bytes", config.core_dump_min_free_bytes(), 0, BYTES_MAX);
        range(wrong, "core_dump_max_total_bytes", config.core_dump_max_total_bytes(), 0, BYTES_MAX);
        range(wrong, "core_dump_max_age_hours", config.core_dump_max_age_hours(), 1, 87_600);
        range(
                wrong,
                "core_dump_check_interval_ms",
                config.core_dump_check_interval_ms(),
                1_000,
                86_400_000);
        range(
                wrong,
                "api_key_check_interval_ms",
                config.api_key_check_interval_ms(),
                1_000,
                86_400_000);
        range(wrong, "api_key_retry_ms", config.api_key_retry_ms(), 1_000, 3_600_000);
        range(wrong, "api_key_timeout_ms", config.api_key_timeout_ms(), 100, 60_000);
        URI validation = url(wrong, "api_key_check_url", config.api_key_check_url());
        if (!config.proxy().isEmpty()) {
            proxy(wrong, config.proxy());
        }
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", wrong));
        }
        return new UpkeepSettings(
                new CoreDumpSettings(
                        config.core_dump_enabled(),
                        new Budget(
                                config.core_dump_max_bytes(),
                                config.core_dump_min_free_bytes(),
                                config.core_dump_max_total_bytes(),
                                Duration.ofHours(config.core_dump_max_age_hours())),
                        Duration.ofMillis(config.core_dump_check_interval_ms())),
                new ApiKeySettings(
                        validation,
                        Duration.ofMillis(config.api_key_check_interval_ms()),
                        Duration.ofMillis(config.api_key_retry_ms()),
                        Duration.ofMillis(config.api_key_timeout_ms()),
                        config.proxy()),
                KEY_POLL);
    }

    private static URI url(List<String> wrong, String key, String value) {
        try {
            URI url = URI.create(value.strip());
            boolean http = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
            if (http && url.getHost() != null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // Told below, as for any other value that is no URL.
        }
        wrong.add("core." + key + " must be an http or https URL, is " + value);
        return URI.create("");
    }

    private static void proxy(List<String> wrong, String value) {
        if (!value.matches("http://[^/@\\s]+:\\d{1,5}/?")) {
            wrong.add("core.proxy must be http://HOST:PORT, is " + value);
        }
    }

    private static void range(List<String> wrong, String key, long value, long min, long max) {
        if (value < min || value > max) {
            wrong.add("core." + key + " must be from " + min + " to " + max + ", is " + value);
        }
    }
}
