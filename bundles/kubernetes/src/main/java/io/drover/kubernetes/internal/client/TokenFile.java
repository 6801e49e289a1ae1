package io.drover.kubernetes.internal.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A service account's token, which the kubelet renews in its file. Read again each minute; the old
 * one stays when that fails. Safe for many threads.
 */
final class TokenFile {

    private static final long AGE_MAX_NANOS = Duration.ofMinutes(1).toNanos();

    private final Path file;
    private String token;
    private long readAtNanos;
    private final LongSupplier nanos;

    TokenFile(Path file, LongSupplier nanos) {
        this.file = file;
        this.nanos = nanos;
    }

    synchronized String read() {
        long now = nanos.getAsLong();
        if (token != null && now - readAtNanos < AGE_MAX_NANOS) {
            return token;
        }
        try {
            String read = Files.readString(file).strip();
            if (read.isEmpty()) {
                throw new IOException("it is empty");
            }
            token = read;
            readAtNanos = now;
        } catch (IOException e) {
            if (token == null) {
                throw new UncheckedIOException("read " + file, e);
            }
        }
        return token;
    }
}
