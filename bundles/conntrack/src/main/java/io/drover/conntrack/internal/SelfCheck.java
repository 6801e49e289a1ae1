package io.drover.conntrack.internal;

import io.drover.api.diagnosis.Check;
import io.drover.api.status.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** What must be so that connections are followed whole, looked at when asked. Any thread. */
final class SelfCheck {

    private static final Path OWN_STATUS = Path.of("/proc/self/status");
    private static final double NEARLY_FULL = 0.8;

    // linux/capability.h
    private static final int CAP_NET_BROADCAST = 11;
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_SYS_ADMIN = 21;

    private final Settings settings;
    private final Kernel kernel;
    private final Supplier<Session> session;
    private final Health health;
    private final Path ownStatus;

    SelfCheck(Settings settings, Kernel kernel, Supplier<Session> session, Health health) {
        this(settings, kernel, session, health, OWN_STATUS);
    }

    SelfCheck(
            Settings settings,
            Kernel kernel,
            Supplier<Session> session,
            Health health,
            Path ownStatus) {
        this.settings = settings;
        this.kernel = kernel;
        this.session = session;
        this.health = health;
        this.ownStatus = ownStatus;
    }

    String about() {
        return "whether the kernel's connections can be followed, all of them";
    }

    List<Check> run() {
        if (!settings.enabled()) {
            return List.of(Check.skipped("following", "conntrack.enabled is false"));
        }
        List<Check> checks = new ArrayList<>();
        checks.add(following());
        checks.addAll(capabilities());
        checks.add(buffer());
        if (kernel.known()) {
            checks.addAll(ofKernel());
        } else {
            checks.add(
                    Check.skipped(
                            "kernel",
                            "the settings of the namespace "
                                    + settings.namespace().orElseThrow()
                                    + " can be read only from within"));
        }
        return checks;
    }

    private Check following() {
        Status now = health.status();
        return switch (now.state()) {
            case ACTIVE -> Check.pass("following", "the table is as the kernel's");
            case DEGRADED -> Check.warn("following", now.reason(), now.remedy(), "");
            case FAILED -> Check.fail("following", now.reason(), now.remedy(), "");
            default ->
                    Check.warn(
                            "following",
                            now.state() + ", " + now.reason(),
                            "wait, or look at the start: ./drover startup",
                            "");
        };
    }

    private List<Check> capabilities() {
        long effective;
        try {
            effective =
                    Files.readAllLines(ownStatus).stream()
                            .filter(line -> line.startsWith("CapEff:"))
                            .mapToLong(
                                    line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                            .findFirst()
                            .orElse(0);
        } catch (IOException | NumberFormatException e) {
            return List.of(Check.skipped("capability", ownStatus + " cannot be read: " + e));
        }
        List<Check> checks = new ArrayList<>();
        checks.add(capability(effective, CAP_NET_ADMIN, "CAP_NET_ADMIN", "follow connections"));
        if (settings.allNamespaces()) {
            checks.add(
                    capability(
                            effective,
                            CAP_NET_BROADCAST,
                            "CAP_NET_BROADCAST",
                            "hear other namespaces"));
        }
        if (settings.allNamespaces() || settings.namespace().isPresent()) {
            checks.add(
                    capability(
                            effective,
                            CAP_SYS_ADMIN,
                            "CAP_SYS_ADMIN",
                            "enter another network namespace"));
        }
        return checks;
    }

    private static Check capability(long effective, int bit, String name, String what) {
        return (effective >>> bit & 1) != 0
                ? Check.pass("capability", "has " + name + ", to " + what)
                : Check.fail(
                        "capability",
                        "has no " + name + ", which is needed to " + what,
                        "run as root, or give it "
                                + name
                                + " (systemd: AmbientCapabilities="
                                + name
                                + ", Kubernetes: securityContext.capabilities.add)",
                        "");
    }

    private Check buffer() {
        Session now = session.get();
        if (now == null) {
            return Check.skipped("buffer", "no socket is open");
        }
        long wished = 2L * settings.receiveBufferBytes();
        String has =
                "the kernel's buffer has "
                        + now.receiveBufferBytes()
                        + " bytes, about "
                        + now.receiveBufferBytes() / Pace.EVENT_BYTES
                        + " events";
        return now.receiveBufferBytes() >= wished
                ? Check.pass("buffer", has)
                : Check.warn(
                        "buffer",
                        has + "; conntrack.receive_buffer_bytes asks for " + wished,
                        "give the agent CAP_NET_ADMIN in the host's user namespace, or raise the bound",
                        "sysctl -w net.core.rmem_max=" + settings.receiveBufferBytes());
    }

    private List<Check> ofKernel() {
        List<Check> checks = new ArrayList<>();
        if (!kernel.tracks()) {
            Finding missing = kernel.missing().orElseThrow();
            checks.add(
                    Check.fail(
                            "tracking",
                            missing.reason(),
                            missing.remedy(),
                            "modprobe nf_conntrack_netlink"));
            return checks;
        }
        checks.add(tracking());
        checks.add(
                kernel.missing()
                        .map(
                                off ->
                                        Check.fail(
                                                "events",
                                                off.reason(),
                                                "switch them on",
                                                off.remedy()))
                        .orElseGet(() -> Check.pass("events", "the kernel tells of events")));
        checks.add(optional("acct", "counts packets and bytes"));
        checks.add(optional("timestamp", "notes when a connection began"));
        checks.add(room());
        return checks;
    }

    private Check tracking() {
        long count = kernel.number("nf_conntrack_count").orElse(0);
        return count > 0
                ? Check.pass("tracking", "the kernel tracks " + count + " connections")
                : Check.warn(
                        "tracking",
                        "the kernel tracks no connection: nothing may have asked it to",
                        "it begins with the first NAT rule, or the first rule that asks for ct state",
                        "nft list ruleset");
    }

    private Check optional(String setting, String what) {
        String key = "net.netfilter.nf_conntrack_" + setting;
        OptionalLong value = kernel.number("nf_conntrack_" + setting);
        return value.orElse(0) != 0
                ? Check.pass(setting, "the kernel " + what)
                : Check.warn(
                        setting,
                        key + " is 0: nobody " + what,
                        "switch it on if that is wanted; connections from before are without",
                        "sysctl -w " + key + "=1");
    }

    private Check room() {
        long count = kernel.number("nf_conntrack_count").orElse(0);
        long max = kernel.number("nf_conntrack_max").orElse(0);
        long refused = kernel.refused();
        String filled = "the kernel's table holds " + count + " of " + max;
        if (max > 0 && count >= NEARLY_FULL * max) {
            return Check.warn(
                    "room",
                    filled + "; when it is full new connections are refused",
                    "raise the bound",
                    "sysctl -w net.netfilter.nf_conntrack_max=" + 2 * max);
        }
        return refused > 0
                ? Check.warn(
                        "room",
                        filled
                                + "; "
                                + refused
                                + " connections were dropped or refused since the boot",
                        "look for what fills it: drover:conntrack-top",
                        "conntrack -S")
                : Check.pass("room", filled);
    }
}
