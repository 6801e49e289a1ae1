package io.drover.conntrack.internal;

import io.drover.api.kernel.Instruction;
import io.drover.api.kernel.KernelException;
import io.drover.api.kernel.Netlink;
import io.drover.api.kernel.NetlinkClosedException;
import io.drover.api.kernel.NetlinkOptions;
import io.drover.api.kernel.NetlinkSocket;
import io.drover.conntrack.internal.Pressure.Step;
import io.drover.conntrack.internal.codec.EventFilter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the socket of the events and turns its screws: groups, filter, buffer, as {@link Pressure}
 * and {@link Sampling} decide. One thread; the figures are read by any.
 */
final class Throttle {

    private static final Logger log = LoggerFactory.getLogger(Throttle.class);

    /** The socket's name in the bundle kernel, under which the next instance claims it. */
    static final String SOCKET = "conntrack";

    /** How long a step has time to help before the next one. */
    private static final long PATIENCE_NANOS = 2_000_000_000L;

    // linux/netfilter/nfnetlink_compat.h, enum nfnetlink_groups
    private static final int GROUP_NEW = 1;
    private static final int GROUP_UPDATE = 2;
    private static final int GROUP_DESTROY = 3;

    private final NetlinkSocket socket;
    private final Settings settings;
    private final Intake intake;
    private final Counters counters;
    private final Pressure pressure;
    private final Sampling sampling;
    private int requestedBytes;

    /** A claimed socket may be as its former owner left it: all screws are set anew. */
    Throttle(NetlinkSocket socket, Settings settings, Intake intake, Counters counters, long now)
            throws KernelException, NetlinkClosedException {
        this.socket = socket;
        this.settings = settings;
        this.intake = intake;
        this.counters = counters;
        this.requestedBytes = settings.receiveBufferBytes();
        this.pressure =
                new Pressure(
                        PATIENCE_NANOS,
                        settings.backPressureRecovery().toNanos(),
                        settings.translatedOnly(),
                        now);
        this.sampling = new Sampling(settings.sampleAboveRate(), now);
        if (socket.claimed()) {
            socket.resize(requestedBytes);
            apply();
        } else {
            intake.translatedOnly(translatedOnly());
        }
    }

    /** Opens or claims the socket of the events; from then on the kernel collects. */
    static NetlinkSocket open(Netlink netlink, Settings settings) throws KernelException {
        NetlinkOptions options =
                NetlinkOptions.PLAIN
                        .withReceiveBufferBytes(settings.receiveBufferBytes())
                        .withGroups(groups(settings))
                        .withQuietOverrun()
                        .withNamespace(settings.namespace());
        if (settings.translatedOnly()) {
            options = options.withFilter(EventFilter.translatedOnly());
        }
        if (settings.allNamespaces()) {
            options = options.withAllNamespaces();
        }
        if (settings.reliable()) {
            options = options.withReliable();
        }
        return netlink.open(SOCKET, options);
    }

    private static Set<Integer> groups(Settings settings) {
        return settings.updates()
                ? Set.of(GROUP_NEW, GROUP_UPDATE, GROUP_DESTROY)
                : Set.of(GROUP_NEW, GROUP_DESTROY);
    }

    Step step() {
        return pressure.step();
    }

    /** The part of the events that the kernel lets through. */
    double part() {
        return sampling.part();
    }

    /** One word for what the kernel passes over. */
    String filterMode() {
        if (step() == Step.POLL) {
            return "none_asked";
        }
        if (part() < 1) {
            return translatedOnly() ? "translated_sampled" : "sampled";
        }
        return translatedOnly() ? "translated" : "all";
    }

    private boolean translatedOnly() {
        return settings.translatedOnly() || step().holds(Step.TRANSLATED);
    }

    /** Notes what a drain took; whether another part of the events comes from now on. */
    boolean note(int events, long now) throws KernelException, NetlinkClosedException {
        if (!sampling.note(events, now)) {
            return false;
        }
        log.info("events are sampled: part={}", sampling.part());
        apply();
        return true;
    }

    /** Whether less is asked of the kernel from now on. */
    boolean lossSeen(long now) throws KernelException, NetlinkClosedException {
        if (!settings.backPressure()) {
            return false;
        }
        boolean room = requestedBytes < settings.receiveBufferMaxBytes();
        if (!pressure.lossSeen(room, now)) {
            return false;
        }
        if (step() == Step.BUFFER) {
            requestedBytes = (int) Math.min(settings.receiveBufferMaxBytes(), 2L * requestedBytes);
            socket.resize(requestedBytes);
        } else {
            apply();
        }
        changed();
        // A larger buffer alone leaves nothing out.
        return step() != Step.BUFFER;
    }

    /** Whether more is asked of the kernel from now on. */
    boolean calm(long now) throws KernelException, NetlinkClosedException {
        Step before = step();
        if (!pressure.calm(now)) {
            return false;
        }
        if (step() == Step.NONE) {
            requestedBytes = settings.receiveBufferBytes();
            socket.resize(requestedBytes);
        } else {
            apply();
        }
        changed();
        return before.holds(Step.TRANSLATED);
    }

    /** How long until something may be taken back. */
    long nanosUntilCalm(long now) {
        return Math.min(pressure.nanosUntilCalm(now), sampling.nanosUntilNote(now));
    }

    private void changed() {
        counters.pressureChanges.increment();
        log.warn(
                "back-pressure: step={} receive_buffer_bytes={} filter={}",
                step().word(),
                socket.receiveBufferBytes(),
                filterMode());
    }

    private void apply() throws KernelException, NetlinkClosedException {
        boolean only = translatedOnly();
        intake.translatedOnly(only);
        socket.filter(program(only, part()));
        for (int group : groups(settings)) {
            if (step() == Step.POLL) {
                socket.leave(group);
            } else {
                socket.join(group);
            }
        }
    }

    private static List<Instruction> program(boolean translatedOnly, double part) {
        if (part < 1) {
            return translatedOnly ? EventFilter.sampleTranslated(part) : EventFilter.sample(part);
        }
        return translatedOnly ? EventFilter.translatedOnly() : List.of();
    }

    /** What is left out now, for people. */
    Optional<Finding> finding() {
        String remedy = "raise conntrack.receive_buffer_max_bytes, or give the agent more CPU";
        if (step() == Step.POLL) {
            return Optional.of(
                    new Finding(
                            "back-pressure: the kernel is not asked for events, its table is read by the clock",
                            remedy));
        }
        if (step() == Step.TRANSLATED) {
            return Optional.of(
                    new Finding(
                            "back-pressure: only translated connections are followed, audits find the others",
                            remedy));
        }
        if (part() < 1) {
            return Optional.of(
                    new Finding(
                            String.format(
                                    Locale.ROOT,
                                    "events are sampled: %.1f %% come, as conntrack.sample_above_rate asks",
                                    100 * part()),
                            "set conntrack.sample_above_rate to 0, and conntrack.connections to translated"));
        }
        return Optional.empty();
    }
}
