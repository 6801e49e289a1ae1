package io.drover.config.internal;

import io.drover.api.config.Setting;
import io.drover.config.internal.read.ReadLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@link ConfigConfig}, checked. Its rules are those of metatype; there are none beyond them. */
record Settings(Duration watchInterval, Duration settle, ReadLimits limits) {

    static final String SECTION = "config";

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
        return new Settings(
                Duration.ofMillis(number(own, "watch_interval_ms")),
                Duration.ofMillis(number(own, "settle_ms")),
                new ReadLimits(
                        number(own, "file_bytes_max"),
                        number(own, "files_max"),
                        number(own, "values_max")));
    }

    private static int number(Map<String, Object> own, String key) {
        if (own.get(key) instanceof Integer number) {
            return number;
        }
        throw new IllegalArgumentException(
                SECTION + "." + key + " must be a number, is " + own.get(key));
    }
}
