package io.drover.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What an update of a bundle does to its classes: loaded, used, forgotten. */
public final class Reload {

    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private Reload() {}

    /**
     * Runs {@code scenario} with all classes of its package in a class loader of their own, several
     * times, and waits until each loader is gone.
     *
     * @param scenario in the package under test, with a constructor without parameters; to end all
     *     that it begins
     * @throws AssertionError if a thread that it began is alive afterwards, or if something still
     *     holds one of its classes
     */
    public static void leavesNothing(Class<? extends Runnable> scenario) {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        for (int i = 0; i < 3; i++) {
            WeakReference<ClassLoader> loader = run(scenario);
            Await.until(
                    "no thread is left of " + scenario.getName(),
                    DEADLINE,
                    () -> left(before).isEmpty(),
                    () -> left(before).toString());
            Await.until(
                    "no class is held of " + scenario.getName(),
                    DEADLINE,
                    () -> collected(loader),
                    () -> "a class loader that something still refers to");
        }
    }

    private static WeakReference<ClassLoader> run(Class<? extends Runnable> scenario) {
        ClassLoader loader = new Own(scenario);
        try {
            Class<?> again = Class.forName(scenario.getName(), true, loader);
            var constructor = again.getDeclaredConstructor();
            constructor.setAccessible(true);
            ((Runnable) constructor.newInstance()).run();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("cannot run " + scenario.getName(), e);
        }
        return new WeakReference<>(loader);
    }

    private static boolean collected(WeakReference<ClassLoader> loader) {
        System.gc();
        return loader.get() == null;
    }

    private static List<String> left(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .map(Thread::getName)
                .filter(name -> name.startsWith("drover-"))
                .collect(Collectors.toList());
    }

    /** Defines one package anew and takes all else from the class path, as a bundle would. */
    private static final class Own extends ClassLoader {
        private final String prefix;

        Own(Class<?> scenario) {
            super(scenario.getClassLoader());
            this.prefix = scenario.getPackageName() + ".";
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                if (known != null) {
                    return known;
                }
                return name.startsWith(prefix) ? define(name) : super.loadClass(name, resolve);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            String file = name.replace('.', '/') + ".class";
            try (InputStream in = getParent().getResourceAsStream(file)) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new UncheckedIOException("read " + file, e);
            }
        }
    }
}
