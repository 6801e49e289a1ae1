package io.drover.conntrack.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What must be set in the kernel for events to come. Reads /proc, some microseconds. */
final class Prerequisites {

    /** The settings of the agent's own network namespace. */
    static final Path OWN = Path.of("/proc/sys/net/netfilter");

    private final Path folder;

    Prerequisites(Path folder) {
        this.folder = folder;
    }

    /** What is missing; empty if events will come. */
    Optional<Finding> missing() {
        Path events = folder.resolve("nf_conntrack_events");
        try {
            if (Files.readString(events).strip().equals("0")) {
                return Optional.of(
                        new Finding(
                                "net.netfilter.nf_conntrack_events is 0: the kernel tells of no connection, only audits find them",
                                "sysctl -w net.netfilter.nf_conntrack_events=2"));
            }
        } catch (IOException e) {
            return Optional.of(
                    new Finding(
                            "the kernel tracks no connections: " + events + " cannot be read",
                            "load it: modprobe nf_conntrack nf_conntrack_netlink"));
        }
        return Optional.empty();
    }
}
