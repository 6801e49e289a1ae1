package io.drover.grpc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.watch.Heartbeat;
import io.drover.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class ThreadsTest {

    @Test
    void aThreadDoesNotHoldTheClassesOfWhoeverHadItMade() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        ExecutorService pool = Threads.pool("drover-grpc-test", 1);
        try {
            WeakReference<ClassLoader> maker = handInFromAnotherLoader(pool, end);

            Await.until(
                    "the maker's class loader is gone",
                    RunningServer.SOON,
                    () -> {
                        System.gc();
                        return maker.get() == null;
                    },
                    () -> "it is there");
        } finally {
            end.countDown();
            pool.shutdownNow();
        }
    }

    @Test
    void aSchedulersTasksAreRoundsOfItsHeartbeat() throws Exception {
        Heartbeat beat = Heartbeat.outside("drover-grpc-test");
        ExecutorService scheduler = Threads.scheduler(beat);
        try {
            boolean during = scheduler.submit(() -> beat.round().isPresent()).get();

            assertThat(during).isTrue();
            Await.until(
                    "the round has ended",
                    RunningServer.SOON,
                    () -> beat.round().isEmpty(),
                    () -> beat.round().toString());
        } finally {
            scheduler.shutdownNow();
        }
    }

    /** The task is the test's own and keeps its thread alive; only who hands it in is foreign. */
    private static WeakReference<ClassLoader> handInFromAnotherLoader(
            Executor pool, CountDownLatch end) throws Exception {
        ClassLoader foreign = new Foreign();
        CountDownLatch begun = new CountDownLatch(1);
        Runnable task =
                () -> {
                    begun.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                };
        @SuppressWarnings("unchecked")
        BiConsumer<Executor, Runnable> maker =
                (BiConsumer<Executor, Runnable>)
                        foreign.loadClass(Maker.class.getName())
                                .getDeclaredConstructor()
                                .newInstance();
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        current.setContextClassLoader(foreign);
        try {
            maker.accept(pool, task);
        } finally {
            current.setContextClassLoader(before);
        }
        begun.await();
        return new WeakReference<>(foreign);
    }

    /** Has a pool make a thread. */
    public static final class Maker implements BiConsumer<Executor, Runnable> {
        @Override
        public void accept(Executor pool, Runnable task) {
            pool.execute(task);
        }
    }

    /** Loads {@link Maker} anew and everything else as always, as another bundle would. */
    private static final class Foreign extends ClassLoader {

        Foreign() {
            super(ThreadsTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(Maker.class.getName())) {
                return super.loadClass(name, resolve);
            }
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
