package io.drover.config.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the run-time settings over an update of this bundle, and not beyond the process: the file
 * says which process it is of. Used by one thread.
 */
final class RunTimeFile {

    private static final Logger LOG = LoggerFactory.getLogger(RunTimeFile.class);

    private static final String PROCESS = "process";
    private static final String NO_END = "-";

    private final Path file;
    private final String process;

    /**
     * @param process what no two processes have in common
     */
    RunTimeFile(Path file, String process) {
        this.file = file;
        this.process = process;
    }

    /** That of this process in the folder of what is true of the running process alone. */
    static RunTimeFile in(Path folder) {
        ProcessHandle self = ProcessHandle.current();
        String started = self.info().startInstant().map(Instant::toString).orElse("");
        return new RunTimeFile(
                folder.resolve("run-time-settings.properties"), self.pid() + " " + started);
    }

    /** What this process kept; nothing when the file is another's or cannot be read. */
    RunTime load() {
        RunTime kept = RunTime.NONE;
        if (!Files.isRegularFile(file)) {
            return kept;
        }
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            properties.load(in);
            if (!process.equals(properties.remove(PROCESS))) {
                return kept;
            }
            for (String path : properties.stringPropertyNames()) {
                kept = kept.with(entry(path, properties.getProperty(path)));
            }
            return kept;
        } catch (IOException | IllegalArgumentException | DateTimeParseException e) {
            LOG.warn("run-time settings are lost: file={}", file, e);
            return RunTime.NONE;
        }
    }

    private static RunTime.Entry entry(String path, String value) {
        int dot = path.indexOf('.');
        int blank = value.indexOf(' ');
        if (dot < 0 || blank < 0) {
            throw new IllegalArgumentException("not an entry: " + path);
        }
        String until = value.substring(0, blank);
        return new RunTime.Entry(
                path.substring(0, dot),
                path.substring(dot + 1),
                value.substring(blank + 1),
                until.equals(NO_END) ? null : Instant.parse(until));
    }

    void save(RunTime settings) {
        Properties properties = new Properties();
        properties.setProperty(PROCESS, process);
        settings.byPath()
                .forEach(
                        (path, e) ->
                                properties.setProperty(
                                        path,
                                        (e.until() == null ? NO_END : e.until()) + " " + e.text()));
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            Files.createDirectories(file.getParent());
            try (OutputStream out = Files.newOutputStream(next)) {
                properties.store(out, null);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn(
                    "run-time settings will not outlive an update of the bundle: file={}", file, e);
        }
    }
}
