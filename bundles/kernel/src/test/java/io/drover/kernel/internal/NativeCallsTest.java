package io.drover.kernel.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drover.api.kernel.NetlinkOptions;
import io.drover.api.kernel.NetlinkSocket;
import io.drover.testing.Await;
import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeCallsTest {

    @TempDir Path folder;

    @Test
    void leavesNoClassLoaderThreadFileOrPropertyBehind() throws Exception {
        Set<String> propertiesBefore = propertyNames();

        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            loaders.add(new WeakReference<>(useInItsOwnLoader()));
        }

        assertThat(threadNames()).doesNotContain("JNA Cleaner");
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
        Await.until(
                "the class loaders are collected",
                Duration.ofSeconds(20),
                () -> {
                    System.gc();
                    return loaders.stream().allMatch(loader -> loader.get() == null);
                },
                () -> loaders.stream().filter(l -> l.get() != null).count() + " of 3 are left");
        Set<String> added = propertyNames();
        added.removeAll(propertiesBefore);
        // What JNA itself notes of its load.
        assertThat(added).isSubsetOf("jna.loaded", "jnidispatch.path");
    }

    /** Loads JNA and this bundle once more, uses them as the component does, and lets go. */
    private ClassLoader useInItsOwnLoader() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (entry.contains("jna") || entry.contains("kernel" + File.separator + "target")) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        try (OwnFirst loader = new OwnFirst(urls.toArray(URL[]::new))) {
            Class<?> calls = loader.loadClass(NativeCalls.class.getName());
            assertThat(calls).isNotSameAs(NativeCalls.class);
            Class<?> probe = loader.loadClass(Probe.class.getName());
            Method use = probe.getDeclaredMethod("use", Path.class);
            use.setAccessible(true);
            use.invoke(null, folder);
            return loader;
        }
    }

    /** What is done in the other class loader. */
    static final class Probe {
        private Probe() {}

        static void use(Path folder) throws Exception {
            for (int i = 0; i < 2; i++) {
                ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
                NativeCalls calls = NativeCalls.load(List.of(folder));
                NetlinkSockets sockets = new NetlinkSockets(4, Duration.ofMinutes(1), clock);
                sockets.open("parked", NetlinkOptions.PLAIN).park();
                NetlinkSocket socket = sockets.open("owned", NetlinkOptions.PLAIN);
                assertThat(socket.receive(socket.newBatch(4, 4096))).isZero();
                assertThat(socket.await(1)).isEqualTo(NetlinkSocket.Wake.TIMEOUT);
                assertThat(sockets.stop(Duration.ofSeconds(5))).isTrue();
                clock.shutdownNow();
                calls.close();
            }
        }
    }

    /** As a bundle's: its own classes before the parent's. */
    private static final class OwnFirst extends URLClassLoader {
        OwnFirst(URL[] urls) {
            super(urls, NativeCallsTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null) {
                    return loaded;
                }
                boolean own =
                        name.startsWith("com.sun.jna.")
                                || name.startsWith("io.drover.kernel.internal.");
                return own ? findClass(name) : super.loadClass(name, resolve);
            }
        }
    }

    @Test
    void takesTheFirstFolderThatCanHoldTheLibrary() throws Exception {
        Path notAFolder = Files.writeString(folder.resolve("file"), "");
        Path good = folder.resolve("good");

        try (NativeLibraryFile file =
                NativeLibraryFile.unpack(List.of(notAFolder.resolve("below"), good))) {
            assertThat(file.folder().getParent()).isEqualTo(good);
        }

        try (var files = Files.list(good)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void passesOverAFolderThatIsMountedNoexec() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root, to mount");
        Path noexec = Files.createDirectory(folder.resolve("noexec"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "noexec", "drover-test", noexec.toString()) == 0,
                "needs CAP_SYS_ADMIN, to mount");
        try {
            Path good = folder.resolve("good");
            try (NativeLibraryFile file = NativeLibraryFile.unpack(List.of(noexec, good))) {
                assertThat(file.folder().getParent()).isEqualTo(good);
            }
            assertThat(noexec).isEmptyDirectory();
            assertThatThrownBy(() -> NativeLibraryFile.unpack(List.of(noexec)))
                    .hasMessageContaining(noexec + " is mounted noexec");
        } finally {
            assertThat(run("umount", noexec.toString())).isZero();
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Test
    void namesEachFolderThatCannotHoldTheLibrary() throws Exception {
        Path notAFolder = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> NativeLibraryFile.unpack(List.of(notAFolder.resolve("below"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(notAFolder + "/below is not writable");
    }

    private static List<String> threadNames() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
    }

    private static Set<String> propertyNames() {
        return new TreeSet<>(System.getProperties().stringPropertyNames());
    }
}
