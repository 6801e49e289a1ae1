package io.drover.kernel.internal;

import com.sun.jna.Native;
import io.drover.api.kernel.KernelException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Does something in another network namespace, on a thread made for it: a thread that has moved is
 * never used for anything else. A socket stays where it was opened.
 */
public final class Namespaces {

    private Namespaces() {}

    /**
     * Runs {@code task} in the namespace that {@code file} stands for and waits for its result.
     *
     * @throws Exception what the task throws, and a {@link KernelException} for the move
     */
    public static <T> T in(Path file, Callable<T> task) throws Exception {
        FutureTask<T> moved =
                new FutureTask<>(
                        () -> {
                            enter(file);
                            return task.call();
                        });
        Thread thread = new Thread(moved, "drover-kernel-namespace");
        thread.setDaemon(true);
        thread.start();
        try {
            return moved.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        } finally {
            thread.join();
        }
    }

    private static void enter(Path file) throws KernelException {
        ByteBuffer path = Memory.cString(file.toString());
        int fd = LibC.open(Memory.addressOf(path), Linux.O_CLOEXEC);
        if (fd < 0) {
            throw new KernelException("open network namespace " + file, Native.getLastError());
        }
        int result = LibC.setns(fd, Linux.CLONE_NEWNET);
        int number = Native.getLastError();
        LibC.close(fd);
        if (result < 0) {
            throw new KernelException("enter network namespace " + file, number);
        }
    }
}
