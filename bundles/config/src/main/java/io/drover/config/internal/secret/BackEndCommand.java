package io.drover.config.internal.secret;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs an executable for each question: handles as JSON on its standard input, the answers as JSON
 * on its standard output, as the Datadog Agent does ("Secrets Management", the executable API), so
 * that existing back ends work. What it prints to standard error goes nowhere, since a program that
 * fails may print a secret there; whoever wants to see it runs the command by hand.
 *
 * <p>It gets the agent's environment without the variables {@code DROVER_…}, some of which may be
 * secrets themselves.
 */
final class BackEndCommand implements BackEnd {

    private static final String VERSION = "1.1";
    private static final long LOOK_MS = 10;

    @Override
    public Map<String, Answer> ask(Program program, Collection<String> handles)
            throws FetchException, InterruptedException {
        Path executable =
                ExecutableRules.check(
                        Path.of(program.path()),
                        ExecutableRules.ownUser(),
                        program.groupMayExecute());
        try (Scratch in = Scratch.holding(question(handles, program));
                Scratch out = Scratch.holding("")) {
            Process process = start(program, executable, in, out);
            try {
                in.hide();
                out.hide();
                await(process, program, out);
                return BackEndOutput.parse(out.content());
            } finally {
                end(process);
            }
        } catch (IOException e) {
            throw new FetchException(
                    program.path()
                            + " cannot be run: "
                            + e.getClass().getSimpleName()
                            + "; is its first line right, is there space for temporary files?");
        }
    }

    /** The document that a back end reads. */
    static String question(Collection<String> handles, Program program) {
        StringBuilder json = new StringBuilder("{\"version\":\"").append(VERSION);
        json.append("\",\"secrets\":[");
        String separator = "";
        for (String handle : handles) {
            json.append(separator);
            quote(json, handle);
            separator = ",";
        }
        return json.append("],\"secret_backend_timeout\":")
                .append(Math.max(1, program.timeout().toSeconds()))
                .append("}")
                .toString();
    }

    /** Handles hold no control characters. */
    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\');
            }
            json.append(c);
        }
        json.append('"');
    }

    private static Process start(Program program, Path executable, Scratch in, Scratch out)
            throws IOException {
        List<String> words = new ArrayList<>();
        words.add(executable.toString());
        words.addAll(program.arguments());
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.redirectInput(in.path().toFile());
        builder.redirectOutput(out.path().toFile());
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeIf(name -> name.startsWith("DROVER_"));
        return builder.start();
    }

    private static void await(Process process, Program program, Scratch out)
            throws FetchException, InterruptedException, IOException {
        long end = System.nanoTime() + program.timeout().toNanos();
        boolean ended = false;
        while (!ended) {
            ended = process.waitFor(LOOK_MS, TimeUnit.MILLISECONDS);
            if (out.size() > program.outputBytes()) {
                throw new FetchException(
                        program.path()
                                + " must not print more than "
                                + program.outputBytes()
                                + " bytes (config.secret_backend_output_bytes_max)");
            }
            if (!ended && System.nanoTime() - end > 0) {
                throw new FetchException(
                        program.path()
                                + " did not answer within "
                                + program.timeout().toMillis()
                                + " ms (config.secret_backend_timeout_ms)");
            }
        }
        if (process.exitValue() != 0) {
            throw new FetchException(
                    program.path() + " ended with exit code " + process.exitValue());
        }
    }

    /** Its children first: without their parent they could not be found. */
    private static void end(Process process) {
        try (Stream<ProcessHandle> children = process.descendants()) {
            children.forEach(ProcessHandle::destroyForcibly);
        }
        process.destroyForcibly();
    }
}
