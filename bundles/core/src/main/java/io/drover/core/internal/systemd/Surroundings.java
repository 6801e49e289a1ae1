package io.drover.core.internal.systemd;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a service manager asks of this process, as it stands in the environment (man 3 sd_notify,
 * man 3 sd_watchdog_enabled).
 *
 * @param socket where its messages go: a path or an abstract name that begins with {@code @}
 * @param watchdog within which time it wants a sign of life; empty when it wants none
 */
record Surroundings(String socket, Optional<Duration> watchdog) {

    private static final Logger LOG = LoggerFactory.getLogger(Surroundings.class);

    /** Empty when no service manager listens, or by a kind of socket that this host lacks. */
    static Optional<Surroundings> of(Map<String, String> environment, long pid) {
        String socket = environment.getOrDefault("NOTIFY_SOCKET", "");
        if (socket.isEmpty()) {
            return Optional.empty();
        }
        if (!socket.startsWith("/") && !socket.startsWith("@")) {
            LOG.warn("the service manager's socket is of an unknown kind: socket={}", socket);
            return Optional.empty();
        }
        return Optional.of(new Surroundings(socket, watchdog(environment, pid)));
    }

    /** A watchdog that is meant for another process, as for a parent, is not ours. */
    private static Optional<Duration> watchdog(Map<String, String> environment, long pid) {
        String meant = environment.getOrDefault("WATCHDOG_PID", "");
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        if (micros.isEmpty() || !(meant.isEmpty() || meant.equals(Long.toString(pid)))) {
            return Optional.empty();
        }
        try {
            long interval = Long.parseLong(micros);
            if (interval > 0) {
                return Optional.of(Duration.ofNanos(Math.multiplyExact(interval, 1_000L)));
            }
        } catch (NumberFormatException | ArithmeticException e) {
            // Told below.
        }
        LOG.warn("the watchdog's interval is no number of microseconds: value={}", micros);
        return Optional.empty();
    }
}
