package io.drover.security.internal.audit;

import io.drover.api.security.Audit;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit as a file: one line an action, on disk before long, 0600. When it is full it becomes
 * {@code audit.log.1}, that one {@code .2} and so on, and the last one goes. Lines wait in a queue
 * of a fixed length for the bundle's own thread.
 */
public final class AuditLog implements Audit, Closeable {

    public static final String FILE = "audit.log";

    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final Set<PosixFilePermission> MODE =
            PosixFilePermissions.fromString("rw-------");
    private static final int QUEUE_MAX = 1024;

    private final ArrayBlockingQueue<String> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final LongAdder written = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final Path file;
    private final Clock clock;
    private final Executor thread;
    private volatile Limits limits;
    private volatile String problem = "";
    private FileChannel channel;

    /**
     * How much is kept.
     *
     * @param bytesMax of one file
     * @param filesMax of them, the present one among them
     */
    public record Limits(long bytesMax, int filesMax) {}

    /**
     * @param folder of the file; made when it is not there
     * @param thread the one that writes
     */
    public AuditLog(Path folder, Limits limits, Clock clock, Executor thread) {
        this.file = folder.resolve(FILE);
        this.limits = limits;
        this.clock = clock;
        this.thread = thread;
    }

    public void limits(Limits next) {
        limits = next;
    }

    @Override
    public void write(Action action) {
        if (!queue.offer(AuditLine.of(clock.instant(), action))) {
            lose(1);
            return;
        }
        if (scheduled.compareAndSet(false, true)) {
            try {
                thread.execute(this::drain);
            } catch (RejectedExecutionException e) {
                // It is being stopped; close() writes what is left.
                scheduled.set(false);
            }
        }
    }

    /** Why the newest lines are not on disk; empty when they are. */
    public String problem() {
        return problem;
    }

    public long written() {
        return written.sum();
    }

    /** How many lines could not be written, or not be taken. */
    public long lost() {
        return lost.sum();
    }

    public Path file() {
        return file;
    }

    /** Writes what is left. By the thread that writes, or after it has ended. */
    @Override
    public synchronized void close() throws IOException {
        drain();
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }

    private synchronized void drain() {
        scheduled.set(false);
        StringBuilder lines = new StringBuilder();
        int count = 0;
        for (String line = queue.poll(); line != null; line = queue.poll()) {
            lines.append(line).append('\n');
            count++;
        }
        if (count == 0) {
            return;
        }
        try {
            append(ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8)));
            written.add(count);
            problem = "";
        } catch (IOException e) {
            lose(count);
            note(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private void append(ByteBuffer bytes) throws IOException {
        if (channel == null || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            reopen();
        }
        long size = channel.size();
        if (size > 0 && size + bytes.remaining() > limits.bytesMax()) {
            rotate();
        }
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(false);
    }

    private void reopen() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
        Files.createDirectories(file.getParent());
        channel =
                FileChannel.open(
                        file,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.APPEND,
                                LinkOption.NOFOLLOW_LINKS),
                        PosixFilePermissions.asFileAttribute(MODE));
    }

    private void rotate() throws IOException {
        int last = limits.filesMax() - 1;
        for (int i = last; i >= 1; i--) {
            Path from = i == 1 ? file : older(i - 1);
            if (Files.exists(from, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(from, older(i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (last == 0) {
            Files.delete(file);
        }
        reopen();
    }

    private Path older(int number) {
        return file.resolveSibling(FILE + "." + number);
    }

    private void lose(int count) {
        lost.add(count);
    }

    private void note(String what) {
        if (!what.equals(problem)) {
            LOG.warn("audit not written: file={} reason={}", file, what);
        }
        problem = what;
    }

    /** One action as a JSON object. */
    static final class AuditLine {

        /** A longer text is of somebody who fills the disk, or hides something behind it. */
        private static final int TEXT_MAX = 512;

        private AuditLine() {}

        static String of(Instant at, Action action) {
            StringBuilder json = new StringBuilder(160).append("{\"time\":\"").append(at);
            field(json, "caller", action.caller());
            field(json, "by", action.by());
            field(json, "source", action.source());
            field(json, "action", action.action());
            field(json, "outcome", action.outcome());
            return json.append("\"}").toString();
        }

        private static void field(StringBuilder json, String name, String value) {
            json.append("\",\"").append(name).append("\":\"");
            int length = Math.min(value.length(), TEXT_MAX);
            for (int i = 0; i < length; i++) {
                character(json, value.charAt(i));
            }
            if (length < value.length()) {
                json.append("...");
            }
        }

        private static void character(StringBuilder json, char c) {
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c);
            }
        }
    }
}
