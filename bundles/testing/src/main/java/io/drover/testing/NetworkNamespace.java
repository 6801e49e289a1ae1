package io.drover.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace of its own for one test, with loopback up, made by {@code ip netns}. Needs
 * root: ask {@link #missing} first.
 */
public final class NetworkNamespace implements AutoCloseable {

    private static final long COMMAND_SECONDS = 30;

    private final String name;
    private boolean closed;

    /**
     * @param prefix a word of the test; the process's id is added, so that runs do not meet
     */
    public NetworkNamespace(String prefix) {
        this.name =
                prefix + "-" + ProcessHandle.current().pid() + "-" + System.nanoTime() % 100_000;
        run(List.of("ip", "netns", "add", name), "");
        run(List.of("ip", "-n", name, "link", "set", "lo", "up"), "");
    }

    /** What this machine lacks for such tests; empty when they can run. */
    public static Optional<String> missing() {
        for (String tool : List.of("ip", "nft", "conntrack")) {
            if (!Files.isExecutable(Path.of("/usr/sbin", tool))) {
                return Optional.of("the command " + tool + " (iproute2, nftables, conntrack)");
            }
        }
        Process id = start(List.of("ip", "netns", "list"));
        boolean root = "root".equals(System.getProperty("user.name"));
        return root && finished(id) ? Optional.empty() : Optional.of("root with CAP_SYS_ADMIN");
    }

    /** The file that stands for it. */
    public Path file() {
        return Path.of("/run/netns", name);
    }

    /** Loads nftables rules; a statement and a closing brace each on a line of its own. */
    public void rules(String nft) {
        exec(nft, "nft", "-f", "-");
    }

    /** Runs a command inside and returns what it printed. */
    public String exec(String input, String... command) {
        List<String> inside = new ArrayList<>(List.of("ip", "netns", "exec", name));
        inside.addAll(List.of(command));
        return run(inside, input);
    }

    /** Takes it away; once more does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            run(List.of("ip", "netns", "delete", name), "");
        }
    }

    private static String run(List<String> command, String input) {
        try {
            Path printed = Files.createTempFile("drover-test", ".out");
            try {
                Process process =
                        new ProcessBuilder(command)
                                .redirectErrorStream(true)
                                .redirectOutput(printed.toFile())
                                .start();
                try (var in = process.getOutputStream()) {
                    in.write(input.getBytes(StandardCharsets.UTF_8));
                }
                boolean ended = finished(process);
                String output = Files.readString(printed);
                if (!ended) {
                    throw new AssertionError(command + " failed: " + output);
                }
                return output;
            } finally {
                Files.delete(printed);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command), e);
        }
    }

    private static Process start(List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command), e);
        }
    }

    private static boolean finished(Process process) {
        try {
            if (process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
            process.destroyForcibly();
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            return false;
        }
    }
}
