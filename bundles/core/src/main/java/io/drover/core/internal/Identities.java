package io.drover.core.internal;

import io.drover.api.agent.Agent.Identity;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Dictionary;

/** Reads who this process is. */
final class Identities {

    private Identities() {}

    /**
     * @param headers of this bundle's manifest
     */
    static Identity ofProcess(Dictionary<String, String> headers) {
        return new Identity(
                orUnknown(headers.get("Drover-Version")),
                orUnknown(headers.get("Drover-Revision")),
                Runtime.version().toString(),
                orUnknown(System.getProperty("karaf.version")),
                hostname(),
                ProcessHandle.current().pid(),
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime()));
    }

    /**
     * When the commit was made that this bundle was built from: no clock can be before it. The
     * start of the era where the manifest does not tell.
     */
    static Instant revisionTime(Dictionary<String, String> headers) {
        try {
            return Instant.ofEpochSecond(
                    Long.parseLong(orUnknown(headers.get("Drover-Revision-Time"))));
        } catch (NumberFormatException e) {
            return Instant.EPOCH;
        }
    }

    private static String orUnknown(String value) {
        return value == null || value.isBlank() ? "unknown" : value.strip();
    }

    /** The kernel's name first: a name service that hangs must not hold up the start. */
    private static String hostname() {
        Path kernel = Path.of("/proc/sys/kernel/hostname");
        try {
            return Files.exists(kernel)
                    ? Files.readString(kernel).strip()
                    : InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        } catch (java.io.IOException e) {
            return "unknown";
        }
    }
}
