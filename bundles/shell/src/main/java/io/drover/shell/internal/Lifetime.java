package io.drover.shell.internal;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long something holds, as people write it: {@code 30s}, {@code 10m}, {@code 2h}. Pure. */
final class Lifetime {

    private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,8})([smhd])");

    private Lifetime() {}

    static Duration of(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a time is 30s, 10m, 2h or 1d, not " + text);
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
