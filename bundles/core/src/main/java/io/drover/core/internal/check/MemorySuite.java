package io.drover.core.internal.check;

import io.drover.api.diagnosis.Check;
import io.drover.api.diagnosis.Suite;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Heap, resident memory beside the control group's limit, and file descriptors. */
public final class MemorySuite implements Suite {

    private static final long MIB = 1 << 20;
    private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern FILES = Pattern.compile("Max open files\\s+(\\d+)");
    private static final Pattern KILLS = Pattern.compile("(?m)^oom_kill (\\d+)$");

    private final Path self;
    private final Path group;

    public MemorySuite() {
        this(Path.of("/proc/self"), Path.of("/sys/fs/cgroup"));
    }

    MemorySuite(Path self, Path group) {
        this.self = self;
        this.group = group;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String about() {
        return "heap, memory of the process and open files beside their limits";
    }

    @Override
    public List<Check> run() {
        List<Check> checks = new ArrayList<>();
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        checks.add(heap(heap.getUsed(), heap.getMax()));
        checks.add(resident());
        kills().ifPresent(kills -> checks.add(killed(kills)));
        checks.add(files());
        return checks;
    }

    static Check heap(long used, long max) {
        String finding = "%d MiB of %d MiB are used".formatted(used / MIB, max / MIB);
        return used > max * 9 / 10
                ? Check.warn(
                        "heap",
                        finding,
                        "give the JVM more heap: it ends when there is none left",
                        "DROVER_JAVA_OPTS=-Xmx" + max * 2 / MIB + "m ./drover run")
                : Check.pass("heap", finding);
    }

    private Check resident() {
        long rss = first(RSS, read(self.resolve("status"))).orElse(-1) * 1024;
        if (rss < 0) {
            return Check.skipped("resident", self + "/status does not tell it");
        }
        String limit = read(group.resolve("memory.max")).strip();
        if (!limit.matches("\\d{1,18}")) {
            return Check.pass(
                    "resident", "%d MiB, and the control group sets no limit".formatted(rss / MIB));
        }
        long max = Long.parseLong(limit);
        String finding = "%d MiB of the control group's %d MiB".formatted(rss / MIB, max / MIB);
        return rss > max * 9 / 10
                ? Check.warn(
                        "resident",
                        finding,
                        "raise the limit of the service or pod: the kernel kills what is above it",
                        "systemctl set-property drover MemoryMax=" + max * 2 / MIB + "M")
                : Check.pass("resident", finding);
    }

    private OptionalLong kills() {
        return first(KILLS, read(group.resolve("memory.events")));
    }

    private static Check killed(long kills) {
        return kills == 0
                ? Check.pass("kills", "the kernel has killed nothing in this control group")
                : Check.warn(
                        "kills",
                        "the kernel has killed %d processes of this control group for want of memory"
                                .formatted(kills),
                        "raise the limit of the service or pod",
                        "journalctl -k --grep oom-kill");
    }

    private Check files() {
        OptionalLong max = first(FILES, read(self.resolve("limits")));
        long open;
        try (Stream<Path> all = Files.list(self.resolve("fd"))) {
            open = all.count();
        } catch (IOException e) {
            return Check.skipped("files", "cannot be counted: " + e);
        }
        if (max.isEmpty()) {
            return Check.skipped("files", open + " are open; the limit is not told");
        }
        String finding = "%d of at most %d are open".formatted(open, max.getAsLong());
        return open > max.getAsLong() * 8 / 10
                ? Check.warn(
                        "files",
                        finding,
                        "raise the limit of open files; until then new connections may be refused",
                        "prlimit --pid "
                                + ProcessHandle.current().pid()
                                + " --nofile="
                                + max.getAsLong() * 4)
                : Check.pass("files", finding);
    }

    private static OptionalLong first(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find()
                ? OptionalLong.of(Long.parseLong(found.group(1)))
                : OptionalLong.empty();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
