package io.drover.core.internal.flare;

import io.drover.api.flare.FlareFiles;
import io.drover.api.flare.FlareSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the kernel says of one process and of the host. */
public final class HostSource implements FlareSource {

    private static final List<String> OF_PROCESS =
            List.of(
                    "status",
                    "limits",
                    "cgroup",
                    "stat",
                    "io",
                    "oom_score_adj",
                    "coredump_filter",
                    "smaps_rollup");
    private static final List<String> OF_HOST =
            List.of(
                    "proc/meminfo",
                    "proc/loadavg",
                    "proc/uptime",
                    "proc/stat",
                    "proc/net/sockstat",
                    "proc/pressure/cpu",
                    "proc/pressure/memory",
                    "proc/pressure/io",
                    "proc/sys/kernel/osrelease",
                    "proc/sys/kernel/core_pattern",
                    "proc/sys/net/netfilter/nf_conntrack_count",
                    "proc/sys/net/netfilter/nf_conntrack_max",
                    "etc/os-release",
                    "sys/fs/cgroup/memory.max",
                    "sys/fs/cgroup/memory.current",
                    "sys/fs/cgroup/memory.events",
                    "sys/fs/cgroup/cpu.max",
                    "sys/fs/cgroup/cpu.stat");

    private final Path root;
    private final String process;

    /**
     * @param process its id, or {@code self}
     */
    public HostSource(String process) {
        this(Path.of("/"), process);
    }

    HostSource(Path root, String process) {
        this.root = root;
        this.process = process;
    }

    @Override
    public String name() {
        return "host";
    }

    @Override
    public void write(FlareFiles files) throws IOException {
        Path proc = root.resolve("proc").resolve(process);
        for (String name : OF_PROCESS) {
            add(files, "process_" + name + ".txt", proc.resolve(name));
        }
        files.text("process_files.txt", descriptors(proc.resolve("fd")));
        files.text("process_threads.txt", threads(proc.resolve("task")));
        for (String name : OF_HOST) {
            add(files, name.replace('/', '_') + ".txt", root.resolve(name));
        }
    }

    /** Files of /proc say that they are empty, and not every kernel has every one. */
    private static void add(FlareFiles files, String name, Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            return;
        }
        files.text(name, text);
    }

    private static String descriptors(Path folder) {
        StringBuilder text = new StringBuilder(2048);
        try (Stream<Path> all = Files.list(folder)) {
            for (Path descriptor : all.sorted().toList()) {
                text.append(descriptor.getFileName()).append(' ').append(target(descriptor));
                text.append('\n');
            }
        } catch (IOException e) {
            text.append(e).append('\n');
        }
        return text.toString();
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }

    /** Name and what the kernel has each one wait for: a sign of life from outside. */
    private static String threads(Path folder) {
        StringBuilder text = new StringBuilder(2048);
        try (Stream<Path> all = Files.list(folder)) {
            for (Path thread : all.sorted().toList()) {
                text.append(thread.getFileName())
                        .append(' ')
                        .append(read(thread.resolve("comm")))
                        .append(' ')
                        .append(read(thread.resolve("wchan")))
                        .append('\n');
            }
        } catch (IOException e) {
            text.append(e).append('\n');
        }
        return text.toString();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "-";
        }
    }
}
