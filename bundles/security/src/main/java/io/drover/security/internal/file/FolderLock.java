package io.drover.security.internal.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one starter at a time at a folder, across threads and processes. Closed by the thread that
 * took it; ends with its process in any case.
 */
public final class FolderLock implements Closeable {

    /**
     * The kernel's lock belongs to the process and falls when any of its channels to the file is
     * closed, so threads keep each other out before they come near the file.
     */
    private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

    private static final Duration WAIT_MAX = Duration.ofSeconds(10);
    private static final Duration STEP = Duration.ofMillis(20);

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits for at most ten seconds. */
    public static FolderLock take(Path file) throws IOException, UnsafeException {
        long end = System.nanoTime() + WAIT_MAX.toNanos();
        try {
            if (!IN_THIS_PROCESS.tryLock(WAIT_MAX.toNanos(), TimeUnit.NANOSECONDS)) {
                throw busy(file);
            }
            return takeFromProcesses(file, end);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while waiting for " + file);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            IN_THIS_PROCESS.unlock();
        }
    }

    private static FolderLock takeFromProcesses(Path file, long end)
            throws IOException, UnsafeException, InterruptedException {
        FileChannel channel = null;
        boolean taken = false;
        try {
            channel = open(file);
            while (channel.tryLock() == null) {
                if (System.nanoTime() >= end) {
                    throw busy(file);
                }
                TimeUnit.NANOSECONDS.sleep(STEP.toNanos());
            }
            taken = true;
            return new FolderLock(channel);
        } finally {
            if (!taken) {
                IN_THIS_PROCESS.unlock();
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static UnsafeException busy(Path file) {
        return new UnsafeException(
                file + " has been held by another process for " + WAIT_MAX.toSeconds() + " s",
                "give each agent a home of its own, or end the other process");
    }
}
