package io.drover.conntrack.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The kernel's settings of conntrack, read from /proc, some microseconds each. They are those of
 * the agent's own network namespace: of another one, which it only opens sockets in, nothing is
 * known.
 */
final class Kernel {

    private static final Path OWN = Path.of("/proc/sys/net/netfilter");

    /** One line for each processor, columns with their names above, hexadecimal. */
    private static final Path STATISTICS = Path.of("/proc/net/stat/nf_conntrack");

    private static final List<String> REFUSALS = List.of("insert_failed", "drop", "early_drop");

    private static final int DIGITS_MAX = 32;

    private final Path folder;
    private final Path statistics;
    private final boolean known;

    Kernel(Optional<Path> namespace) {
        this(OWN, STATISTICS, namespace.isEmpty());
    }

    Kernel(Path folder, Path statistics, boolean known) {
        this.folder = folder;
        this.statistics = statistics;
        this.known = known;
    }

    /** Whether the settings are those of the namespace that is followed. */
    boolean known() {
        return known;
    }

    /** A setting that is a number, as {@code nf_conntrack_max}; empty where it is not known. */
    OptionalLong number(String name) {
        if (!known) {
            return OptionalLong.empty();
        }
        try (InputStream in = Files.newInputStream(folder.resolve(name))) {
            // In one read: whoever reads on at a setting of the kernel is told that it has ended.
            byte[] digits = new byte[DIGITS_MAX];
            int length = Math.max(0, in.read(digits));
            String text = new String(digits, 0, length, StandardCharsets.US_ASCII);
            return OptionalLong.of(Long.parseLong(text.strip()));
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Connections that the kernel refused or dropped since the boot, by each of its reasons. */
    Map<String, Long> refusals() {
        Map<String, Long> sums = new LinkedHashMap<>();
        if (!known) {
            return sums;
        }
        try {
            List<String> lines = Files.readAllLines(statistics);
            String[] names = lines.get(0).strip().split("\\s+");
            for (String line : lines.subList(1, lines.size())) {
                String[] words = line.strip().split("\\s+");
                for (int i = 0; i < Math.min(names.length, words.length); i++) {
                    if (REFUSALS.contains(names[i])) {
                        sums.merge(names[i], Long.parseLong(words[i], 16), Long::sum);
                    }
                }
            }
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            // A kernel without this file: nothing is known.
            sums.clear();
        }
        return sums;
    }

    /** The sum of all {@link #refusals}. */
    long refused() {
        return refusals().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Whether the kernel tracks connections, loaded and all. */
    boolean tracks() {
        return !known || Files.exists(folder.resolve("nf_conntrack_max"));
    }

    /** What keeps events from coming; empty if they will. */
    Optional<Finding> missing() {
        if (!tracks()) {
            return Optional.of(
                    new Finding(
                            "the kernel tracks no connections: " + folder + " is not there",
                            "load it: modprobe nf_conntrack nf_conntrack_netlink"));
        }
        OptionalLong events = number("nf_conntrack_events");
        if (events.isPresent() && events.getAsLong() == 0) {
            return Optional.of(
                    new Finding(
                            "net.netfilter.nf_conntrack_events is 0: the kernel tells of no connection, only audits find them",
                            "sysctl -w net.netfilter.nf_conntrack_events=2"));
        }
        return Optional.empty();
    }
}
