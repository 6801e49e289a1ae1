package io.drover.core.internal.coredump;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Knows how the previous process in this home ended: a process notes that it runs and takes the
 * note away when it ends in order. What is left of a crash is told once, by whichever process finds
 * it first. For one thread.
 */
final class PreviousEnd {

    private static final int REMEMBERED_MAX = 200;
    private static final int HEAD_LINES = 20;

    private final Path running;
    private final Path told;
    private final String me;

    /**
     * @param state folder of what outlives a restart
     * @param pid of this process
     * @param startedAt of this process: pids come again, in a container at each start
     */
    PreviousEnd(Path state, long pid, Instant startedAt) {
        this.running = state.resolve("running");
        this.told = state.resolve("crashes-told");
        this.me = "pid " + pid + ", started " + startedAt;
    }

    /**
     * Notes that this process runs.
     *
     * @return the process that did not end in order, for people; empty when the last one did
     */
    Optional<String> begin() throws IOException {
        String before = Files.exists(running) ? Files.readString(running).strip() : "";
        write(running, List.of(me));
        return before.isEmpty() || before.equals(me) ? Optional.empty() : Optional.of(before);
    }

    /** Takes the note away: the process ends in order. */
    void end() throws IOException {
        Files.deleteIfExists(running);
    }

    /** Those that were never told of; they are then. */
    List<Evidence> news(List<Evidence> found) throws IOException {
        Set<String> known = new HashSet<>();
        if (Files.exists(told)) {
            known.addAll(Files.readAllLines(told));
        }
        List<Evidence> news =
                found.stream().filter(one -> !known.contains(one.identity())).toList();
        if (!news.isEmpty()) {
            List<String> all = new ArrayList<>();
            found.stream().limit(REMEMBERED_MAX).forEach(one -> all.add(one.identity()));
            write(told, all);
        }
        return news;
    }

    private static void write(Path file, List<String> lines) throws IOException {
        Files.createDirectories(file.getParent());
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.write(next, lines);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * The cause as the JVM's error report gives it in its head: {@code SIGSEGV (0xb) at pc=…};
     * empty when it names none.
     */
    static String causeIn(Path report) {
        try (BufferedReader lines = Files.newBufferedReader(report, StandardCharsets.UTF_8)) {
            for (int i = 0; i < HEAD_LINES; i++) {
                String line = lines.readLine();
                if (line == null) {
                    return "";
                }
                String text = line.replaceFirst("^#", "").strip();
                boolean cause =
                        text.startsWith("SIG")
                                || text.startsWith("Internal Error")
                                || text.startsWith("Out of Memory Error")
                                || text.contains("insufficient memory");
                if (cause) {
                    return text;
                }
            }
            return "";
        } catch (IOException e) {
            return "";
        }
    }
}
