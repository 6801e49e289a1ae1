package io.drover.kernel.internal;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * JNA, loaded and bound to {@link LibC}. To be closed when no thread is in a native call any more;
 * afterwards nothing holds the class loader.
 */
public final class NativeCalls implements AutoCloseable {

    private static final long CLEANER_END_MILLIS = 200;

    /** JNA initialises once for a class loader; a component may come and go more often. */
    private static volatile boolean initialised;

    private final NativeLibrary process;

    private NativeCalls(NativeLibrary process) {
        this.process = process;
    }

    /**
     * Loads JNA's native part and binds the C library of the process. Takes about 100 ms.
     *
     * @param folders where the native library may be unpacked, in order of preference
     * @throws IOException if none of them can hold it
     * @throws UnsatisfiedLinkError if this machine cannot run it
     */
    public static synchronized NativeCalls load(List<Path> folders) throws IOException {
        // JNA leaves values of its own classes in the thread-locals of the thread that binds.
        FutureTask<NativeCalls> bound = new FutureTask<>(() -> bind(folders));
        Thread thread = new Thread(bound, "drover-kernel-load");
        thread.setDaemon(true);
        thread.start();
        try {
            NativeCalls calls = bound.get();
            thread.join();
            return calls;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException refused) {
                throw refused;
            }
            if (e.getCause() instanceof LinkageError unfit) {
                throw unfit;
            }
            throw new IllegalStateException("load JNA", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while loading JNA", e);
        }
    }

    private static NativeCalls bind(List<Path> folders) throws IOException {
        if (!initialised) {
            initialise(folders);
            initialised = true;
        }
        NativeLibrary process =
                NativeLibrary.getInstance(
                        Platform.C_LIBRARY_NAME,
                        Map.of(Library.OPTION_CLASSLOADER, LibC.class.getClassLoader()));
        Native.register(LibC.class, process);
        endCleaner();
        return new NativeCalls(process);
    }

    /**
     * Lets JNA find the file that is unpacked here. Left to itself it writes to the home of the
     * user, whatever its mount, and leaves an entry with the JVM's exit hook at each update.
     */
    private static void initialise(List<Path> folders) throws IOException {
        try (NativeLibraryFile file = NativeLibraryFile.unpack(folders)) {
            Map<String, String> settings =
                    Map.of(
                            "jna.boot.library.path", file.folder().toString(),
                            "jna.nosys", "true",
                            "jna.nounpack", "true",
                            "jna.noclasspath", "true");
            Map<String, String> before = new HashMap<>();
            settings.forEach((key, value) -> before.put(key, System.setProperty(key, value)));
            try {
                Class.forName(Native.class.getName(), true, LibC.class.getClassLoader());
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException("JNA is not in the bundle", e);
            } finally {
                before.forEach(NativeCalls::restore);
            }
        }
    }

    private static void restore(String key, String before) {
        if (before == null) {
            System.clearProperty(key);
        } else {
            System.setProperty(key, before);
        }
    }

    /**
     * Ends JNA's own thread, which would wake every 30 s and outlive the bundle. It frees what
     * nobody frees by hand; here that is nothing: memory comes from direct buffers, and the one
     * library is closed in {@link #close}.
     */
    private static void endCleaner() {
        Thread[] threads = new Thread[Thread.activeCount() + 64];
        int count = rootGroup().enumerate(threads);
        for (int i = 0; i < count; i++) {
            if (threads[i].getClass().getClassLoader() == Native.class.getClassLoader()
                    && threads[i].getName().equals("JNA Cleaner")) {
                threads[i].interrupt();
                try {
                    threads[i].join(CLEANER_END_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private static ThreadGroup rootGroup() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group;
    }

    @Override
    public void close() {
        Native.unregister(LibC.class);
        process.close();
    }
}
