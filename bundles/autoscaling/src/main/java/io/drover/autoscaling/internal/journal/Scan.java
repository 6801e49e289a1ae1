package io.drover.autoscaling.internal.journal;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One file of the journal, read from its head.
 *
 * @param head what its head says; null when it has none
 * @param entries whole lines that follow each other
 * @param last the number of the last of them; {@code head.first - 1} for none
 * @param hash behind the last line, or behind the head
 * @param length bytes up to the end of the last of them
 * @param size bytes of the whole file
 * @param altered whether behind them stand lines that follow each other, though not what is before
 *     them: somebody has changed a line; a write that was cut off looks otherwise
 */
record Scan(
        Chain.Head head,
        long entries,
        long last,
        String hash,
        long length,
        long size,
        boolean altered) {

    /** More than the longest line that is written. */
    private static final int LINE_MAX = 64 * 1024;

    /** Whether the file holds nothing but whole lines that follow each other. */
    boolean whole() {
        return head != null && length == size;
    }

    /** Reads a file; each entry that is in order is given to {@code to}. */
    static Scan of(Path file, Consumer<Entry> to) throws IOException {
        Chain chain = new Chain();
        long size = Files.size(file);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            Optional<String> first = line(in);
            Optional<Chain.Head> head = first.flatMap(Chain::head);
            if (head.isEmpty()) {
                return new Scan(null, 0, 0, "", 0, size, false);
            }
            String hash = head.get().before();
            long last = head.get().first() - 1;
            long length = bytes(first.get());
            long entries = 0;
            for (Optional<String> line = line(in); line.isPresent(); line = line(in)) {
                Optional<Entry> entry =
                        chain.follows(line.get(), hash)
                                ? Chain.entry(line.get())
                                : Optional.empty();
                if (entry.isEmpty() || entry.get().number() != last + 1) {
                    boolean altered = goesOn(chain, line.get(), in);
                    return new Scan(head.get(), entries, last, hash, length, size, altered);
                }
                to.accept(entry.get());
                entries++;
                last++;
                hash = Chain.hashOf(line.get());
                length += bytes(line.get());
            }
            return new Scan(head.get(), entries, last, hash, length, size, false);
        }
    }

    private static boolean goesOn(Chain chain, String broken, InputStream in) throws IOException {
        String before = broken;
        for (Optional<String> line = line(in); line.isPresent(); line = line(in)) {
            if (chain.follows(line.get(), Chain.hashOf(before))) {
                return true;
            }
            before = line.get();
        }
        return false;
    }

    private static long bytes(String line) {
        return line.getBytes(StandardCharsets.UTF_8).length + 1L;
    }

    /** A line that has an end; what stands behind the last end is none. */
    private static Optional<String> line(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                return Optional.of(bytes.toString(StandardCharsets.UTF_8));
            }
            if (bytes.size() < LINE_MAX) {
                bytes.write(b);
            }
        }
        return Optional.empty();
    }
}
