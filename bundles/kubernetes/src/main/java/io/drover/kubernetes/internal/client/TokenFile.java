package io.drover.kubernetes.internal.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A service account's token, which the kubelet renews in its file. Read again each minute; the old
 * one stays when that fails. Safe for many threads.
 */
final class TokenFile {

    private static final long AGE_MAX_NANOS = Duration.ofMinutes(1).toNanos();

    private final Path file;
    private String token;
    private long readAtNanos;

    TokenFile(Path file) {
        this.file = file;
    }

    synchronized String read() {
        long now = System.nanoTime();
        if (token != null && now - readAtNanos < AGE_MAX_NANOS) {
            return token;
        }
        try {
            token = Files.readString(file).strip();
            readAtNanos = now;
        } catch (IOException e) {
            if (token == null) {
                throw new UncheckedIOException("read " + file, e);
            }
        }
        return token;
    }
}
