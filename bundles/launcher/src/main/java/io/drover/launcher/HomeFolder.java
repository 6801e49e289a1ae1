package io.drover.launcher;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The folder that holds all state of one agent, made if needed and held by one process at a time.
 * Used by one thread.
 */
final class HomeFolder implements AutoCloseable {

    private final Path root;
    private final FileChannel lockFile;
    private final FileLock lock;

    private HomeFolder(Path root, FileChannel lockFile, FileLock lock) {
        this.root = root;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /**
     * Makes the folders that are missing and takes the lock.
     *
     * @throws StartException if another process holds it or the folder cannot be written
     */
    static HomeFolder take(Path root) throws StartException {
        try {
            for (String folder :
                    new String[] {"etc", "secrets", "data", "state", "log", "run", "deploy"}) {
                Files.createDirectories(root.resolve(folder));
            }
            Files.setPosixFilePermissions(
                    root.resolve("secrets"), PosixFilePermissions.fromString("rwx------"));
            return lock(root);
        } catch (IOException e) {
            throw new StartException(
                    ExitCode.UNAVAILABLE,
                    "the home folder "
                            + root
                            + " cannot be used: "
                            + e
                            + "; name another with --home DIR");
        }
    }

    private static HomeFolder lock(Path root) throws IOException, StartException {
        Path pidFile = root.resolve("run").resolve("pid");
        FileChannel channel =
                FileChannel.open(
                        root.resolve("run").resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        FileLock lock = tryLock(channel);
        if (lock == null) {
            channel.close();
            String holder = Files.exists(pidFile) ? Files.readString(pidFile).strip() : "unknown";
            throw new StartException(
                    ExitCode.UNAVAILABLE,
                    "the home folder "
                            + root
                            + " is in use by the process "
                            + holder
                            + "; name another with --home DIR");
        }
        Files.writeString(pidFile, ProcessHandle.current().pid() + "\n", StandardCharsets.US_ASCII);
        return new HomeFolder(root, channel, lock);
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    Path data() {
        return root.resolve("data");
    }

    Path run() {
        return root.resolve("run");
    }

    /**
     * Whether Karaf's cache in this home was made by {@code distribution}; remembers it from now
     * on. The cache keeps the bundles of the distribution that made it, so that after an update of
     * the distribution it has to go.
     */
    boolean cacheIsOf(String distribution) throws IOException {
        Path stamp = data().resolve("distribution");
        String known = Files.exists(stamp) ? Files.readString(stamp) : "";
        if (known.equals(distribution)) {
            return true;
        }
        Files.createDirectories(data());
        try (RandomAccessFile file = new RandomAccessFile(stamp.toFile(), "rw")) {
            file.setLength(0);
            file.write(distribution.getBytes(StandardCharsets.UTF_8));
            file.getFD().sync();
        }
        return false;
    }

    @Override
    public void close() {
        try (FileChannel closing = lockFile) {
            Files.deleteIfExists(run().resolve("pid"));
            lock.release();
        } catch (IOException e) {
            // The process is about to end, and the kernel drops the lock with it.
            System.err.println("drover: the lock of " + root + " was not released in order: " + e);
        }
    }
}
