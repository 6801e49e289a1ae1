package io.drover.core.internal.flare;

import io.drover.api.flare.FlareFiles;
import io.drover.api.flare.FlareSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A support bundle without an agent that answers: from the home folder, and of a process that still
 * runs what the kernel and the JDK's tools tell from outside. The launcher calls it by name, out of
 * this bundle's jar.
 */
public final class ColdFlare {

    private static final Bounds BOUNDS =
            new Bounds(32L << 20, 4 << 20, Duration.ofSeconds(30), Duration.ofSeconds(10));

    private ColdFlare() {}

    /**
     * Writes it.
     *
     * @param home of the agent
     * @param why there is no better one, for the manifest
     * @param java home of the Java runtime, whose tools look into the process
     */
    public static void write(Path home, String why, Path java, OutputStream out)
            throws IOException, InterruptedException {
        Redactor redactor = new Redactor(KnownFiles.in(home.resolve("secrets")));
        List<FlareSource> sources = new ArrayList<>();
        sources.add(new HomeSource(home));
        String pid = pid(home);
        if (!pid.isEmpty()) {
            sources.add(new HostSource(pid));
            sources.add(new StacksFromOutside(java, pid));
        } else {
            sources.add(new HostSource("self"));
        }
        new FlareMaker(redactor, BOUNDS, Clock.systemUTC())
                .write(
                        Map.of(
                                "kind",
                                "reduced, made without the agent",
                                "why",
                                why,
                                "process",
                                pid.isEmpty() ? "none runs" : pid),
                        sources,
                        out);
    }

    /** Of the process that runs in the home; empty when none does. */
    private static String pid(Path home) {
        try {
            String pid = Files.readString(home.resolve("run").resolve("pid")).strip();
            return pid.matches("\\d{1,10}") && Files.exists(Path.of("/proc", pid)) ? pid : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** The stacks of a JVM that answers its own attach mechanism, if nothing else. */
    private record StacksFromOutside(Path java, String pid) implements FlareSource {

        private static final long DEADLINE_SECONDS = 8;

        @Override
        public String name() {
            return "threads";
        }

        /** Field 3 of man 5 proc, stat; the name before it may hold anything. */
        private boolean stopped() throws IOException {
            String stat = Files.readString(Path.of("/proc", pid, "stat"));
            int end = stat.lastIndexOf(')');
            return end > 0 && stat.startsWith(" T ", end + 1);
        }

        @Override
        public void write(FlareFiles files) throws IOException, InterruptedException {
            if (stopped()) {
                files.text(
                        "stacks.txt", "the process is stopped by a signal and gives no stacks\n");
                return;
            }
            Path tool = java.resolve("bin").resolve("jcmd");
            if (!Files.isExecutable(tool)) {
                throw new IOException("there is no " + tool + ": this Java is no JDK");
            }
            Path output = Files.createTempFile("drover-flare", ".txt");
            try {
                Process process =
                        new ProcessBuilder(tool.toString(), pid, "Thread.print", "-l")
                                .redirectErrorStream(true)
                                .redirectOutput(output.toFile())
                                .start();
                if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    files.text(
                            "stacks.txt",
                            "the process does not answer jcmd: it is stopped or hangs\n");
                } else {
                    files.text("stacks.txt", Files.readString(output, StandardCharsets.UTF_8));
                }
            } finally {
                Files.deleteIfExists(output);
            }
        }
    }
}
