package io.drover.profiling.internal;

import io.drover.profiling.internal.upload.UploadSettings;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The checked form of {@link ProfilingConfig}.
 *
 * @param samplesMax of one report
 * @param dumpsMax files that were asked for
 * @param upload empty when profiles stay on this host
 */
record Settings(
        boolean enabled,
        RingSettings ring,
        int samplesMax,
        int dumpsMax,
        Optional<UploadSettings> upload) {

    /**
     * The budget of the ring.
     *
     * @param bufferBytes in memory
     */
    record RingSettings(long maxBytes, Duration maxAge, int bufferBytes) {}

    /**
     * @throws IllegalArgumentException with every wrong key, its rule and its value
     */
    static Settings from(ProfilingConfig config) {
        List<String> wrong = new ArrayList<>();
        range(wrong, "ring_max_bytes", config.ring_max_bytes(), 2_097_152, 1_073_741_824);
        range(wrong, "ring_max_age_ms", config.ring_max_age_ms(), 60_000, 86_400_000);
        range(wrong, "buffer_bytes", config.buffer_bytes(), 1_048_576, 67_108_864);
        range(wrong, "report_samples_max", config.report_samples_max(), 1_000, 10_000_000);
        range(wrong, "dumps_max", config.dumps_max(), 1, 1_000);
        range(wrong, "upload_period_ms", config.upload_period_ms(), 1_000, 3_600_000);
        range(wrong, "upload_timeout_ms", config.upload_timeout_ms(), 1_000, 300_000);
        range(wrong, "upload_waiting_max", config.upload_waiting_max(), 1, 1_000);
        URI url = url(wrong, config.upload_url());
        if (config.service().isBlank() || config.service().contains(",")) {
            wrong.add("profiling.service must be a name without commas, is " + config.service());
        }
        for (String tag : config.tags()) {
            if (!tag.matches("[^:,\\s]+:[^,]+")) {
                wrong.add("profiling.tags must hold NAME:VALUE without commas, holds " + tag);
            }
        }
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", wrong));
        }
        UploadSettings upload =
                new UploadSettings(
                        url,
                        Duration.ofMillis(config.upload_period_ms()),
                        Duration.ofMillis(config.upload_timeout_ms()),
                        config.upload_waiting_max(),
                        config.service().strip(),
                        List.of(config.tags()));
        return new Settings(
                config.enabled(),
                new RingSettings(
                        config.ring_max_bytes(),
                        Duration.ofMillis(config.ring_max_age_ms()),
                        config.buffer_bytes()),
                config.report_samples_max(),
                config.dumps_max(),
                config.upload() ? Optional.of(upload) : Optional.empty());
    }

    private static URI url(List<String> wrong, String value) {
        try {
            URI url = URI.create(value.strip());
            boolean http = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
            if (http && url.getHost() != null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // Told below, as for any other value that is no URL.
        }
        wrong.add("profiling.upload_url must be an http or https URL, is " + value);
        return URI.create("");
    }

    private static void range(List<String> wrong, String key, long value, long min, long max) {
        if (value < min || value > max) {
            wrong.add("profiling." + key + " must be from " + min + " to " + max + ", is " + value);
        }
    }
}
