package io.drover.config.internal;

import io.drover.api.config.Setting;
import io.drover.config.internal.read.ReadLimits;
import io.drover.config.internal.secret.Program;
import io.drover.config.internal.secret.SecretLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@link ConfigConfig}, checked. Its rules are those of metatype; there are none beyond them. */
record Settings(Duration watchInterval, Duration settle, ReadLimits limits, SecretLimits secrets) {

    static final String SECTION = "config";

    private static final String BACKEND_COMMAND = "secret_backend_command";

    /**
     * This bundle's own section among all settings.
     *
     * @throws IllegalArgumentException when a key is missing
     */
    static Settings from(List<Setting> all) {
        Map<String, Object> own =
                all.stream()
                        .filter(setting -> setting.section().equals(SECTION))
                        .collect(Collectors.toMap(Setting::key, Setting::value));
        Duration look = millis(own, "watch_interval_ms");
        Duration settle = millis(own, "settle_ms");
        ReadLimits limits =
                new ReadLimits(
                        number(own, "file_bytes_max"),
                        number(own, "files_max"),
                        number(own, "values_max"));
        return new Settings(look, settle, limits, secrets(own, look, settle));
    }

    private static SecretLimits secrets(Map<String, Object> own, Duration look, Duration settle) {
        return new SecretLimits(
                new Program(
                        value(own, BACKEND_COMMAND, String.class),
                        ((List<?>) value(own, "secret_backend_arguments", List.class))
                                .stream().map(String::valueOf).toList(),
                        millis(own, "secret_backend_timeout_ms"),
                        number(own, "secret_backend_output_bytes_max"),
                        value(own, "secret_backend_group_may_execute", Boolean.class)),
                millis(own, "secret_refresh_interval_ms"),
                value(own, "secret_refresh_scatter", Boolean.class),
                millis(own, "secret_refused_interval_ms"),
                millis(own, "secret_retry_max_ms"),
                number(own, "secret_bytes_max"),
                number(own, "secret_audit_bytes_max"),
                settle,
                look);
    }

    private static Duration millis(Map<String, Object> own, String key) {
        return Duration.ofMillis(number(own, key));
    }

    private static int number(Map<String, Object> own, String key) {
        return value(own, key, Integer.class);
    }

    private static <T> T value(Map<String, Object> own, String key, Class<T> type) {
        if (type.isInstance(own.get(key))) {
            return type.cast(own.get(key));
        }
        throw new IllegalArgumentException(
                SECTION
                        + "."
                        + key
                        + " must be of type "
                        + type.getSimpleName()
                        + ", is "
                        + own.get(key));
    }
}
