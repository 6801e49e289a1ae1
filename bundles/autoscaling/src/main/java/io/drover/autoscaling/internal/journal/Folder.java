package io.drover.autoscaling.internal.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the journal; the newest is written. Opening it mends what a crash has left: a line
 * that was cut off is taken away. Lines that somebody has altered are kept as they are, and the
 * next file goes on behind them. Used by one thread; others only list and read.
 */
final class Folder implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Folder.class);
    private static final String SUFFIX = ".journal";

    private final Path path;
    private final Limits limits;
    private final Chain chain = new Chain();
    private FileChannel file;
    private long length;
    private long last;
    private String hash;
    private long cut;

    private Folder(Path path, Limits limits) {
        this.path = path;
        this.limits = limits;
    }

    /**
     * Opens the folder and makes it if it is not there.
     *
     * @param to each entry that is there, oldest first
     */
    static Folder open(Path path, Limits limits, Consumer<Entry> to) throws IOException {
        Files.createDirectories(path);
        Folder folder = new Folder(path, limits);
        folder.mend(to);
        return folder;
    }

    /** Number of the newest entry; 0 for none. */
    long last() {
        return last;
    }

    /** Bytes that opening it took away from the end, because a write was cut off. */
    long cut() {
        return cut;
    }

    /** Bytes of all files together. */
    long size() throws IOException {
        long sum = 0;
        for (Path each : files(path)) {
            sum += Files.size(each);
        }
        return sum;
    }

    /** The files, oldest first. */
    static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** Writes entries behind the newest; they are on the disk after {@link #sync}. */
    void append(Collection<Entry> entries) throws IOException {
        StringBuilder lines = new StringBuilder(entries.size() * 256);
        for (Entry entry : entries) {
            if (length + lines.length() >= limits.fileBytes()) {
                write(lines);
                lines.setLength(0);
                sync();
                begin();
            }
            String line = chain.line(entry.numbered(last + 1), hash);
            lines.append(line).append('\n');
            last++;
            hash = Chain.hashOf(line);
        }
        write(lines);
    }

    /** Waits until the disk has all that was written. */
    void sync() throws IOException {
        file.force(false);
    }

    @Override
    public void close() throws IOException {
        file.force(false);
        file.close();
    }

    private void write(CharSequence lines) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(lines.toString());
        while (bytes.hasRemaining()) {
            length += file.write(bytes);
        }
    }

    private void mend(Consumer<Entry> to) throws IOException {
        List<Path> files = new ArrayList<>(files(path));
        Scan newest = null;
        for (Path each : List.copyOf(files)) {
            Scan scan = Scan.of(each, to);
            if (scan.head() == null) {
                // Its head was cut off: nothing was ever told of it.
                log.warn("a file of the journal has no head, it is taken away: file={}", each);
                cut += scan.size();
                Files.delete(each);
                files.remove(each);
                continue;
            }
            newest = scan;
        }
        last = newest == null ? 0 : newest.last();
        hash = newest == null ? Chain.BEGIN : newest.hash();
        if (newest == null) {
            begin();
            return;
        }
        Path current = files.get(files.size() - 1);
        if (newest.altered()) {
            log.error("a line of the journal was altered, it is kept as it is: file={}", current);
            begin();
            return;
        }
        file = FileChannel.open(current, StandardOpenOption.WRITE);
        if (!newest.whole()) {
            cut += newest.size() - newest.length();
            log.warn(
                    "the end of the journal was cut off by a crash: file={} bytes={}",
                    current,
                    newest.size() - newest.length());
            file.truncate(newest.length());
            file.force(true);
        }
        length = newest.length();
        file.position(length);
    }

    /** Begins the next file, and lets the oldest go. */
    private void begin() throws IOException {
        if (file != null) {
            file.close();
        }
        Path next = path.resolve(String.format(Locale.ROOT, "%018d", last + 1) + SUFFIX);
        int further = 0;
        while (Files.exists(next)) {
            // Only behind a file without one line in order, which is kept.
            further++;
            next = path.resolve(String.format(Locale.ROOT, "%018d_%d", last + 1, further) + SUFFIX);
        }
        file = FileChannel.open(next, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        length = 0;
        write(Chain.head(last + 1, hash) + "\n");
        file.force(true);
        try (FileChannel folder = FileChannel.open(path, StandardOpenOption.READ)) {
            folder.force(true); // the name of the new file
        }
        long sum = size();
        for (Path oldest : files(path)) {
            if (sum <= limits.bytes() || oldest.equals(next)) {
                break;
            }
            sum -= Files.size(oldest);
            Files.delete(oldest);
        }
    }
}
