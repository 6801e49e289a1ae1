package io.drover.itests.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end, with a deadline. */
final class Command {

    private static final long DEADLINE_SECONDS = 900;

    private Command() {}

    /**
     * What came of it.
     *
     * @param exitCode of the program
     * @param output both its streams, in the order of their coming
     */
    record Outcome(int exitCode, String output) {

        /** The output, if the program ended well. */
        String orFail() {
            if (exitCode != 0) {
                throw new AssertionError("exit code " + exitCode + ", output:\n" + output);
            }
            return output;
        }
    }

    static Outcome run(String... words) {
        return run(Map.of(), List.of(words));
    }

    static Outcome run(Map<String, String> environment, List<String> words) {
        try {
            Path output = Files.createTempFile("drover-command", ".out");
            try {
                ProcessBuilder builder =
                        new ProcessBuilder(new ArrayList<>(words))
                                .redirectErrorStream(true)
                                .redirectInput(
                                        ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                                .redirectOutput(output.toFile());
                builder.environment().putAll(environment);
                Process process = builder.start();
                if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(
                            words + " did not end; so far:\n" + Files.readString(output));
                }
                return new Outcome(
                        process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new AssertionError("cannot run " + words, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while running " + words, e);
        }
    }

    /** Whether a program of this name can be run here. */
    static boolean exists(String program) {
        for (String folder : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }
}
