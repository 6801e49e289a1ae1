package io.drover.launcher;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as people write them: {@code 30s}, {@code 10m}, {@code 2h}, {@code 1d}. Pure. */
final class Lifetime {

    private static final Pattern TEXT = Pattern.compile("([1-9]\\d{0,8})([smhd])");

    private Lifetime() {}

    static long seconds(String option, String text) throws StartException {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new StartException(
                    ExitCode.USAGE, option + " takes a time as 30s, 10m, 2h or 1d, not " + text);
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> number;
            case "m" -> Duration.ofMinutes(number).toSeconds();
            case "h" -> Duration.ofHours(number).toSeconds();
            default -> Duration.ofDays(number).toSeconds();
        };
    }
}
