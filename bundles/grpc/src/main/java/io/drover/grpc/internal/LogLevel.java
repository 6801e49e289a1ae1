package io.drover.grpc.internal;

import io.drover.api.config.Finding;
import io.drover.api.config.Reload;
import io.drover.api.config.RunTimeSettings;
import io.drover.proto.v1.SetLogLevelRequest;
import io.drover.proto.v1.SetLogLevelResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How much one subsystem logs, asked for by a client. It is the key {@code log_level} of the
 * subsystem's section, set at run time, so that configuration and shell show it with its origin.
 *
 * @param section the word of the subsystem
 * @param level in small letters; empty for what the configuration says
 * @param lifetime null for no end
 */
record LogLevel(String section, String level, Duration lifetime) {

    private static final String KEY = "log_level";
    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_-]{0,63}");
    private static final Set<String> LEVELS =
            Set.of("off", "error", "warn", "info", "debug", "trace");

    static LogLevel of(SetLogLevelRequest request) throws InvalidFieldException {
        if (!WORD.matcher(request.getSubsystem()).matches()) {
            throw new InvalidFieldException(
                    "subsystem", "must be the word of a subsystem, as conntrack");
        }
        String level = request.getLevel().toLowerCase(Locale.ROOT);
        if (!level.isEmpty() && !LEVELS.contains(level)) {
            throw new InvalidFieldException(
                    "level", "must be ERROR, WARN, INFO, DEBUG, TRACE, OFF or empty");
        }
        if (!request.hasDuration()) {
            return new LogLevel(request.getSubsystem(), level, null);
        }
        long seconds = request.getDuration().getSeconds();
        if (seconds < 1 || seconds > RunTimeSettings.LIFETIME_MAX.toSeconds()) {
            throw new InvalidFieldException(
                    "duration",
                    "must be from 1 s to "
                            + RunTimeSettings.LIFETIME_MAX.toSeconds()
                            + " s, is "
                            + seconds
                            + " s");
        }
        if (level.isEmpty()) {
            throw new InvalidFieldException("duration", "must be absent when the level is empty");
        }
        return new LogLevel(request.getSubsystem(), level, Duration.ofSeconds(seconds));
    }

    /** Sets it. Blocks as {@link RunTimeSettings#set}. */
    SetLogLevelResponse apply(RunTimeSettings settings, Clock clock, Duration timeout)
            throws InvalidFieldException, TimeoutException, InterruptedException {
        Instant until = lifetime == null ? null : clock.instant().plus(lifetime);
        Reload done =
                level.isEmpty()
                        ? settings.unset(section, KEY, timeout)
                        : settings.set(section, KEY, level, lifetime, timeout);
        if (done.outcome() == Reload.Outcome.REFUSED) {
            throw new InvalidFieldException(
                    "subsystem",
                    "is refused: "
                            + done.findings().stream()
                                    .map(Finding::sentence)
                                    .collect(Collectors.joining("; ")));
        }
        SetLogLevelResponse.Builder response =
                SetLogLevelResponse.newBuilder().setLevel(level.toUpperCase(Locale.ROOT));
        if (until != null) {
            response.setUntil(
                    com.google.protobuf.Timestamp.newBuilder()
                            .setSeconds(until.getEpochSecond())
                            .setNanos(until.getNano()));
        }
        return response.build();
    }
}
