package io.drover.profiling.internal.report;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/** What a recording says of time and memory. Made by one thread, then only read. */
public final class Profile {

    private final Frames frames = new Frames();
    private final StackTree cpu = new StackTree();
    private final StackTree allocation = new StackTree();
    private final Map<String, Long> cpuByThread = new HashMap<>();
    private final Map<String, Long> bytesByClass = new HashMap<>();
    private final List<Duration> pauses = new ArrayList<>();
    private Instant from;
    private Instant to;
    private long samples;
    private long allocations;
    private long unread;
    private double machineLoad;
    private double processLoad;
    private int loads;

    private Profile() {}

    /**
     * Reads a recording. Blocks.
     *
     * @param recording a file as the flight recorder writes it
     * @param since what happened before is left out
     * @param samplesMax more are not read, but counted
     */
    public static Profile read(Path recording, Instant since, int samplesMax) throws IOException {
        Profile profile = new Profile();
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                if (event.getEndTime().isBefore(since)) {
                    continue;
                }
                profile.span(event.getEndTime());
                if (profile.samples + profile.allocations < samplesMax) {
                    profile.add(event);
                } else if (event.getStackTrace() != null) {
                    profile.unread++;
                }
            }
        }
        return profile;
    }

    private void span(Instant at) {
        from = from == null || at.isBefore(from) ? at : from;
        to = to == null || at.isAfter(to) ? at : to;
    }

    private void add(RecordedEvent event) {
        switch (event.getEventType().getName()) {
            case "jdk.ExecutionSample" -> {
                samples++;
                cpu.add(stack(event), 1);
                cpuByThread.merge(threadOf(event), 1L, Long::sum);
            }
            case "jdk.ObjectAllocationSample" -> {
                long bytes = event.getLong("weight");
                allocations++;
                allocation.add(stack(event), bytes);
                RecordedClass type = event.getClass("objectClass");
                bytesByClass.merge(
                        type == null ? "?" : Names.type(type.getName()), bytes, Long::sum);
            }
            case "jdk.GCPhasePause" -> pauses.add(event.getDuration());
            case "jdk.CPULoad" -> {
                loads++;
                machineLoad += event.getFloat("machineTotal");
                processLoad += event.getFloat("jvmUser") + event.getFloat("jvmSystem");
            }
            default -> {
                // Of use to the JDK's tools.
            }
        }
    }

    private static String threadOf(RecordedEvent event) {
        RecordedThread thread = event.getThread("sampledThread");
        String name = thread == null ? null : thread.getJavaName();
        // A pool's threads are one line: their numbers say nothing.
        return name == null ? "?" : name.replaceAll("\\d+", "n");
    }

    private List<Integer> stack(RecordedEvent event) {
        RecordedStackTrace trace = event.getStackTrace();
        if (trace == null) {
            return List.of(frames.numberOf("(no stack)"));
        }
        List<Integer> stack = new ArrayList<>();
        for (RecordedFrame frame : trace.getFrames()) {
            stack.add(frames.numberOf(nameOf(frame)));
        }
        if (trace.isTruncated()) {
            stack.add(frames.numberOf("(deeper)"));
        }
        Collections.reverse(stack);
        return stack;
    }

    private static String nameOf(RecordedFrame frame) {
        RecordedMethod method = frame.getMethod();
        return method == null ? "?" : Names.method(method.getType().getName(), method.getName());
    }

    Frames frames() {
        return frames;
    }

    /** Samples of running threads, one each 20 ms of each. */
    StackTree cpu() {
        return cpu;
    }

    /** Bytes, as far as sampled. */
    StackTree allocation() {
        return allocation;
    }

    Map<String, Long> cpuByThread() {
        return new TreeMap<>(cpuByThread);
    }

    Map<String, Long> bytesByClass() {
        return new TreeMap<>(bytesByClass);
    }

    List<Duration> pauses() {
        return List.copyOf(pauses);
    }

    Duration length() {
        return from == null ? Duration.ZERO : Duration.between(from, to);
    }

    Instant from() {
        return from;
    }

    Instant to() {
        return to;
    }

    /** Samples of running threads that were read. */
    public long samples() {
        return samples;
    }

    /** Samples of allocations that were read. */
    public long allocations() {
        return allocations;
    }

    /** Samples beyond the bound of one report. */
    public long unread() {
        return unread;
    }

    /** Share of all cores that was used on this host, 0 to 1; NaN when nothing says it. */
    double machineLoad() {
        return machineLoad / loads;
    }

    /** The same of this process. */
    double processLoad() {
        return processLoad / loads;
    }
}
