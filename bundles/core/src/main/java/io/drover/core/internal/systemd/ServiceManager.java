package io.drover.core.internal.systemd;

import io.drover.api.config.ReloadListener;
import io.drover.api.kernel.KernelException;
import io.drover.api.kernel.UnixDatagrams;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how the agent is (man 3 sd_notify): READY, RELOADING, STOPPING, a status line when
 * it changes, and a sign of life at half the watchdog's interval as long as the process is sound.
 * What cannot be said because the bundle kernel is away is said when it is back. Any thread; never
 * blocks.
 */
public final class ServiceManager implements ReloadListener {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);
    private static final int STATUS_MAX = 200;

    private final Surroundings surroundings;
    private final LongSupplier nanoTime;

    private UnixDatagrams datagrams;
    private boolean ready;
    private boolean stopping;
    private int reloads;
    private String status = "";
    private String said = "";
    private String statusSaid = "";
    private boolean signOfLife;
    private long lastSign;
    private boolean failed;

    private ServiceManager(Surroundings surroundings, LongSupplier nanoTime) {
        this.surroundings = surroundings;
        this.nanoTime = nanoTime;
    }

    /**
     * The service manager that started this process; empty when there is none.
     *
     * @param nanoTime the JVM's; on Linux it is CLOCK_MONOTONIC, which RELOADING wants
     */
    public static Optional<ServiceManager> of(
            Map<String, String> environment, long pid, LongSupplier nanoTime) {
        return Surroundings.of(environment, pid)
                .map(surroundings -> new ServiceManager(surroundings, nanoTime));
    }

    /** How often {@link #look} has to be called, at least. */
    public Optional<Duration> beat() {
        return surroundings.watchdog().map(interval -> interval.dividedBy(4));
    }

    /** The way to it is there. */
    public synchronized void use(UnixDatagrams added) {
        datagrams = added;
    }

    /** The way to it is gone. */
    public synchronized void lose(UnixDatagrams gone) {
        if (datagrams == gone) {
            datagrams = null;
        }
    }

    /**
     * How the agent is now.
     *
     * @param started whether the start is over
     * @param live whether the process is sound; while it is not, the watchdog hears nothing
     * @param line one line for {@code systemctl status}
     */
    public synchronized void look(boolean started, boolean live, String line) {
        ready |= started;
        status = oneLine(line);
        tell();
        beat(live);
    }

    @Override
    public synchronized void reloading() {
        reloads++;
        tell();
    }

    @Override
    public synchronized void reloaded() {
        reloads--;
        tell();
    }

    /**
     * The process is about to end.
     *
     * @param within how long that may take at most
     */
    public synchronized void stopping(Duration within) {
        stopping = true;
        tell();
        send("EXTEND_TIMEOUT_USEC=" + within.toNanos() / 1_000 + "\n");
    }

    /** A reload before the start is over is nothing that systemd could follow. */
    private void tell() {
        String now = stopping ? "STOPPING=1" : ready ? reloads > 0 ? "RELOADING=1" : "READY=1" : "";
        StringBuilder message = new StringBuilder();
        if (!now.equals(said)) {
            message.append(now).append('\n');
            if (now.equals("RELOADING=1")) {
                message.append("MONOTONIC_USEC=").append(nanoTime.getAsLong() / 1_000).append('\n');
            }
        }
        if (!status.equals(statusSaid)) {
            message.append("STATUS=").append(status).append('\n');
        }
        if (message.length() > 0 && send(message.toString())) {
            said = now;
            statusSaid = status;
        }
    }

    private void beat(boolean live) {
        if (surroundings.watchdog().isEmpty() || !live) {
            return;
        }
        // Looks come at least each quarter: one that is a little early must not wait for the next.
        long due = surroundings.watchdog().get().toNanos() * 3 / 8;
        boolean isDue = !signOfLife || nanoTime.getAsLong() - lastSign >= due;
        if (isDue && send("WATCHDOG=1\n")) {
            signOfLife = true;
            lastSign = nanoTime.getAsLong();
        }
    }

    private boolean send(String message) {
        if (datagrams == null) {
            return false;
        }
        try {
            datagrams.send(surroundings.socket(), message.getBytes(StandardCharsets.UTF_8));
            failed = false;
            return true;
        } catch (KernelException | IllegalStateException | IllegalArgumentException e) {
            if (!failed) {
                failed = true;
                LOG.warn("the service manager does not hear, trying on: error={}", e.getMessage());
            }
            return false;
        }
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= STATUS_MAX ? line : line.substring(0, STATUS_MAX - 1) + "…";
    }
}
