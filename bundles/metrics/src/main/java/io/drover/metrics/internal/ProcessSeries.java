package io.drover.metrics.internal;

import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * This process as the kernel sees it (proc(5)), under the names that all Prometheus clients use.
 */
final class ProcessSeries implements MetricSource {

    /** Of every Linux that Java runs on; asking for it (sysconf) would take a native call. */
    private static final double TICKS_PER_SECOND = 100;

    private static final Family CPU =
            Family.counter("process_cpu_seconds_total", "CPU time used, user and system.");
    private static final Family START =
            Family.gauge("process_start_time_seconds", "Start, in seconds since 1970.");
    private static final Family RESIDENT =
            Family.gauge("process_resident_memory_bytes", "Memory that is in RAM.");
    private static final Family VIRTUAL =
            Family.gauge("process_virtual_memory_bytes", "Address space in use.");
    private static final Family OPEN =
            Family.gauge("process_open_fds", "File descriptors that are open.");
    private static final Family MAX =
            Family.gauge("process_max_fds", "File descriptors that may be open.");

    private final Path proc;

    /** Reads below {@code proc}, which is {@code /proc} but in tests. */
    ProcessSeries(Path proc) {
        this.proc = proc;
    }

    @Override
    public List<Family> families() {
        return List.of(CPU, START, RESIDENT, VIRTUAL, OPEN, MAX);
    }

    @Override
    public void collect(Samples out) {
        try {
            times(out);
            memory(out);
            descriptors(out);
        } catch (IOException e) {
            throw new UncheckedIOException("read " + proc, e);
        }
    }

    private void times(Samples out) throws IOException {
        String stat = Files.readString(proc.resolve("self/stat"));
        // The name in parentheses may hold anything; the third field comes after the last one.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        double user = Long.parseLong(fields[14 - 3]);
        double system = Long.parseLong(fields[15 - 3]);
        double started = Long.parseLong(fields[22 - 3]);
        out.add(CPU, (user + system) / TICKS_PER_SECOND);
        double boot = number(Files.readAllLines(proc.resolve("stat")), "btime", 1);
        out.add(START, boot + started / TICKS_PER_SECOND);
    }

    private void memory(Samples out) throws IOException {
        List<String> status = Files.readAllLines(proc.resolve("self/status"));
        out.add(RESIDENT, 1024 * number(status, "VmRSS:", 1));
        out.add(VIRTUAL, 1024 * number(status, "VmSize:", 1));
    }

    private void descriptors(Samples out) throws IOException {
        int open = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(proc.resolve("self/fd"))) {
            for (Path one : all) {
                open += one.getNameCount() > 0 ? 1 : 0;
            }
        }
        // The one that the listing itself needed is closed again.
        out.add(OPEN, open - 1);
        out.add(MAX, number(Files.readAllLines(proc.resolve("self/limits")), "Max open files", 3));
    }

    /** A field of the line that begins so; infinite where the kernel says unlimited. */
    private static double number(List<String> lines, String begin, int field) throws IOException {
        for (String line : lines) {
            if (line.startsWith(begin)) {
                String text = line.trim().split("\\s+")[field];
                return "unlimited".equals(text)
                        ? Double.POSITIVE_INFINITY
                        : Double.parseDouble(text);
            }
        }
        throw new IOException("no line " + begin);
    }
}
