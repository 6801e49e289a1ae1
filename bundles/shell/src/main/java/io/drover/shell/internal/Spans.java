package io.drover.shell.internal;

import io.drover.api.security.Audit;
import java.time.Duration;
import java.util.Optional;

/** Lengths of time as people write them, and the line that the audit gets of a command. */
final class Spans {

    private Spans() {}

    /** A number and a unit: {@code 90s}, {@code 15m}, {@code 12h}, {@code 30d}; empty for null. */
    static Optional<Duration> optional(String option, String text) {
        if (text == null) {
            return Optional.empty();
        }
        if (!text.matches("\\d{1,9}[smhd]")) {
            throw new IllegalArgumentException(
                    option + " must be a number and one of s, m, h, d, is '" + text + "'");
        }
        long number = Long.parseLong(text.substring(0, text.length() - 1));
        return Optional.of(
                switch (text.charAt(text.length() - 1)) {
                    case 's' -> Duration.ofSeconds(number);
                    case 'm' -> Duration.ofMinutes(number);
                    case 'h' -> Duration.ofHours(number);
                    default -> Duration.ofDays(number);
                });
    }

    static Audit.Action done(String command) {
        return new Audit.Action("console", "console", "", command, "done");
    }
}
