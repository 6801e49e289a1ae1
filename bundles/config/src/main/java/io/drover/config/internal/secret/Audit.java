package io.drover.config.internal.secret;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The record of each new value and each failure, one JSON document a line, no value in it. Two
 * files at most. Used by one thread; {@link #lost} by any.
 */
final class Audit {

    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);

    private static final Set<StandardOpenOption> APPEND =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.WRITE);

    private final Path file;
    private final LongAdder lost = new LongAdder();
    private boolean failing;

    Audit(Path file) {
        this.file = file;
    }

    /** One line. That it cannot be written stops nothing, and is counted. */
    void record(
            Instant at, Target target, String outcome, long version, String error, int bytesMax) {
        String line =
                "{\"time\":\"%s\",\"key\":\"%s\",\"source\":\"%s\",\"outcome\":\"%s\",\"version\":%d,\"error\":\"%s\"}\n"
                        .formatted(
                                at,
                                escaped(target.path()),
                                escaped(target.source()),
                                outcome,
                                version,
                                escaped(error));
        try {
            append(line.getBytes(StandardCharsets.UTF_8), bytesMax);
            failing = false;
        } catch (IOException e) {
            lost.increment();
            if (!failing) {
                LOG.warn("the record of refreshed secrets cannot be written: file={}", file, e);
            }
            failing = true;
        }
    }

    long lost() {
        return lost.sum();
    }

    private void append(byte[] line, int bytesMax) throws IOException {
        if (Files.exists(file) && Files.size(file) + line.length > bytesMax) {
            Files.move(
                    file,
                    file.resolveSibling(file.getFileName() + ".1"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        Files.createDirectories(file.getParent());
        try (FileChannel out =
                FileChannel.open(
                        file,
                        APPEND,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            out.write(ByteBuffer.wrap(line));
        }
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
