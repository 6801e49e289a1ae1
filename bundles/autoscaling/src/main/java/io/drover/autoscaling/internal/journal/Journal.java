package io.drover.autoscaling.internal.journal;

import io.drover.api.watch.Heartbeat;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes entries without ever blocking whoever brings them, and writes them on a thread of its own.
 * What finds no room, or no disk, is dropped and counted. Any thread.
 */
public final class Journal implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Journal.class);
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final int BATCH_MAX = 512;

    /** Wakes the thread up; never written. An interrupt would close the file under its feet. */
    private static final Entry WAKE = new Entry(-1, 0, "", "", "", "", "", 0, 0, 0, "");

    private final Path path;
    private final Limits limits;
    private final Consumer<Entry> found;
    private final BlockingQueue<Entry> queue;
    private final LongAdder dropped = new LongAdder();
    private final LongAdder written = new LongAdder();
    private final Heartbeat heartbeat = Heartbeat.outside("drover-autoscaling-journal");
    private final Thread thread = new Thread(this::run, "drover-autoscaling-journal");
    private volatile long durable;
    private volatile long bytes;
    private final LongAdder cut = new LongAdder();
    private volatile boolean open;
    private volatile boolean closing;
    private volatile String problem = "";

    /**
     * @param path the folder; made when it is not there
     * @param found each entry that is there already, on this journal's thread
     */
    public Journal(Path path, Limits limits, Consumer<Entry> found) {
        this.path = path;
        this.limits = limits;
        this.found = found;
        this.queue = new ArrayBlockingQueue<>(limits.queue());
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.start();
    }

    /**
     * Takes an entry; it is safe when {@link #durable} says so.
     *
     * @return false when it was dropped
     */
    public boolean add(Entry entry) {
        boolean taken = !closing && queue.offer(entry);
        if (!taken) {
            dropped.increment();
        }
        return taken;
    }

    /** Number of the newest entry that the disk has. */
    public long durable() {
        return durable;
    }

    /** Entries that this process wrote. */
    public long written() {
        return written.sum();
    }

    /** Entries that were dropped, for the queue was full or the disk refused them. */
    public long dropped() {
        return dropped.sum();
    }

    /** Entries that wait for the disk. */
    public int waiting() {
        return queue.size();
    }

    /** The sign of life of its thread. */
    public Heartbeat heartbeat() {
        return heartbeat;
    }

    /** Bytes of all files together. */
    public long bytes() {
        return bytes;
    }

    /** Bytes that a crash had left half written, and that the start took away. */
    public long cut() {
        return cut.sum();
    }

    /** Whether the folder was read and can be written. */
    public boolean isOpen() {
        return open;
    }

    /** Why nothing can be written; empty when it can. */
    public String problem() {
        return problem;
    }

    /** Looks entries up; reads files. */
    public List<Entry> find(Query query) throws IOException {
        return query.run(path);
    }

    /** Checks the chain; reads all files. */
    public Verification verify() throws IOException {
        return Verification.of(path, durable);
    }

    /** Writes what waits, as far as {@code bound} reaches. */
    public void close(Duration bound) {
        synchronized (this) {
            closing = true;
            notifyAll();
        }
        if (!queue.offer(WAKE)) {
            log.debug("the journal is busy, it ends when it sees that it is to");
        }
        try {
            thread.join(Math.max(1, bound.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        close(Duration.ofMillis(500));
    }

    private void run() {
        boolean again = false;
        while (!closing || !again) {
            heartbeat.begin(); // a disk that hangs is found
            try (Folder folder = Folder.open(path, limits, again ? entry -> {} : found)) {
                opened(folder, again);
                again = true;
                write(folder);
            } catch (IOException | RuntimeException e) {
                // The outermost frame of the loop: the disk may come back.
                again = true;
                failed(e);
            } finally {
                heartbeat.end();
            }
        }
        dropped.add(queue.size());
        open = false;
    }

    private void opened(Folder folder, boolean again) throws IOException {
        durable = folder.last();
        bytes = folder.size();
        cut.add(folder.cut());
        open = true;
        if (again) {
            log.info("the journal is written again: folder={}", path);
        }
        problem = "";
    }

    private void failed(Exception e) {
        open = false;
        if (problem.isEmpty()) {
            log.warn("the journal cannot be written, decisions are not kept: folder={}", path, e);
        }
        problem = "the journal cannot be written: " + e;
        heartbeat.end();
        pause();
    }

    private synchronized void pause() {
        long until = System.nanoTime() + AGAIN.toNanos();
        try {
            for (long left = AGAIN.toMillis(); left > 0 && !closing; ) {
                wait(left);
                left = (until - System.nanoTime()) / 1_000_000;
            }
        } catch (InterruptedException e) {
            log.debug("the journal does not wait for its disk");
        }
    }

    private void write(Folder folder) throws IOException {
        List<Entry> batch = new ArrayList<>();
        long synced = System.nanoTime();
        boolean dirty = false;
        while (true) {
            long left = limits.sync().toNanos() - (System.nanoTime() - synced);
            heartbeat.end();
            Entry first = next(dirty ? Math.max(0, left) : Long.MAX_VALUE);
            heartbeat.begin();
            if (first != null) {
                batch.add(first);
                queue.drainTo(batch, BATCH_MAX - 1);
                batch.removeIf(entry -> entry.number() < 0);
                append(folder, batch);
                dirty = true;
            }
            boolean due = System.nanoTime() - synced >= limits.sync().toNanos();
            if (dirty && (due || first == null || closing)) {
                folder.sync();
                synced = System.nanoTime();
                durable = folder.last();
                bytes = folder.size();
                dirty = false;
            }
            if (first == null && closing) {
                return;
            }
        }
    }

    private void append(Folder folder, List<Entry> batch) throws IOException {
        try {
            folder.append(batch);
            written.add(batch.size());
        } catch (IOException e) {
            dropped.add(batch.size());
            throw e;
        } finally {
            batch.clear();
        }
    }

    /** The next entry; null when none comes within the time, or when the journal ends. */
    private Entry next(long nanos) {
        try {
            Entry next = closing ? queue.poll() : queue.poll(nanos, TimeUnit.NANOSECONDS);
            return next != null && next.number() < 0 ? queue.poll() : next;
        } catch (InterruptedException e) {
            return queue.poll();
        }
    }
}
