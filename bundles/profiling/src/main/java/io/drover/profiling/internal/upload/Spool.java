package io.drover.profiling.internal.upload;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/** Profiles on disk that wait to be sent; they outlive the process. For one thread. */
final class Spool {

    private static final Pattern NAME = Pattern.compile("(\\d{1,15})-(\\d{1,15})\\.jfr\\.gz");

    private final Path folder;

    Spool(Path folder) {
        this.folder = folder;
    }

    /** Writes the recording of a profile; false when there is nothing to record. */
    interface Recording {
        boolean write(OutputStream out) throws IOException;
    }

    /** A profile that waits. */
    record Waiting(Path file, Instant start, Instant end) {}

    /**
     * Adds one.
     *
     * @return whether there was anything to add
     */
    boolean add(Instant start, Instant end, Recording recording) throws IOException {
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path next = folder.resolve("next");
        boolean written;
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(next))) {
            written = recording.write(out);
        }
        if (!written) {
            Files.delete(next);
            return false;
        }
        Files.move(
                next,
                folder.resolve(start.toEpochMilli() + "-" + end.toEpochMilli() + ".jfr.gz"),
                StandardCopyOption.ATOMIC_MOVE);
        return true;
    }

    /** All that wait, the oldest first. */
    List<Waiting> waiting() throws IOException {
        List<Waiting> found = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return found;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                of(file).ifPresent(found::add);
            }
        }
        found.sort(Comparator.comparing(Waiting::start));
        return found;
    }

    private static Optional<Waiting> of(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches()
                ? Optional.of(
                        new Waiting(
                                file,
                                Instant.ofEpochMilli(Long.parseLong(name.group(1))),
                                Instant.ofEpochMilli(Long.parseLong(name.group(2)))))
                : Optional.empty();
    }

    void remove(Waiting one) throws IOException {
        Files.deleteIfExists(one.file());
    }
}
