package io.drover.core.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.status.State;
import io.drover.api.watch.Heartbeat;
import io.drover.testing.Await;
import io.drover.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StuckThreadsTest {

    private static final Duration VITAL = Duration.ofSeconds(30);
    private static final Duration OUTSIDE = Duration.ofMinutes(3);

    private final Heartbeat vital = Heartbeat.vital("drover-test");
    private final Heartbeat outside = Heartbeat.outside("drover-test-files");
    private final CountDownLatch end = new CountDownLatch(1);
    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private long passed;
    private StuckThreads threads;

    @BeforeEach
    void watch() {
        // Rounds begin by the real clock, so that this one runs ahead of it.
        threads = new StuckThreads(VITAL, OUTSIDE, clock, () -> System.nanoTime() + passed);
        threads.add(() -> List.of(vital, outside));
    }

    @AfterEach
    void release() {
        end.countDown();
    }

    @Test
    void aRoundThatEndsInTimeIsNotStuck() throws Exception {
        Thread thread = atWork(vital);
        pass(Duration.ofSeconds(20));
        assertThat(threads.sound()).isTrue();
        end.countDown();
        thread.join();

        pass(Duration.ofSeconds(40));

        assertThat(threads.found()).isZero();
        assertThat(threads.status().state()).isEqualTo(State.ACTIVE);
        assertThat(threads.rounds()).contains("drover-test idle", "drover-test-files idle");
    }

    @Test
    void aVitalRoundThatDoesNotEndMakesTheProcessUnsoundAndIsToldWithItsStack() throws Exception {
        Thread thread = atWork(vital);

        pass(VITAL.plusSeconds(1));

        assertThat(threads.sound()).isFalse();
        assertThat(threads.count()).isEqualTo(1);
        assertThat(threads.status().state()).isEqualTo(State.DEGRADED);
        assertThat(threads.status().reason()).startsWith("the thread drover-test is stuck since");
        assertThat(threads.text()).contains("standsStill");
        assertThat(threads.rounds()).contains("drover-test at work for ");

        pass(VITAL);
        assertThat(threads.found()).isEqualTo(1);

        end.countDown();
        thread.join();
        pass(Duration.ofSeconds(1));
        assertThat(threads.sound()).isTrue();
        assertThat(threads.count()).isZero();
        assertThat(threads.status().state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void livenessDoesNotDependOnARoundThatWaitsForSomethingOutside() throws Exception {
        atWork(outside);

        pass(VITAL.plusSeconds(1));
        assertThat(threads.count()).isZero();
        pass(OUTSIDE);

        assertThat(threads.count()).isEqualTo(1);
        assertThat(threads.sound()).isTrue();
    }

    @Test
    void aProcessThatWasStoppedIsNotBlamedOnItsThreads() throws Exception {
        atWork(vital);
        passed += Duration.ofMinutes(10).toNanos();

        threads.look();

        assertThat(threads.sound()).isTrue();
    }

    @Test
    void threadsThatWaitForEachOtherAreFoundWithoutAHeartbeat() throws Exception {
        ReentrantLock one = new ReentrantLock();
        ReentrantLock other = new ReentrantLock();
        CountDownLatch both = new CountDownLatch(2);
        Thread first = deadlocking("drover-test-1", one, other, both);
        Thread second = deadlocking("drover-test-2", other, one, both);
        try {
            Await.until(
                    "the deadlock is found",
                    Duration.ofSeconds(20),
                    () -> {
                        threads.look();
                        return !threads.sound();
                    },
                    threads::text);

            assertThat(threads.text()).contains("drover-test-1", "drover-test-2");
            assertThat(threads.status().reason()).contains("wait for each other");
        } finally {
            first.interrupt();
            second.interrupt();
        }
        first.join();
        second.join();
        threads.look();
        assertThat(threads.sound()).isTrue();
    }

    @Test
    void aBundleThatIsGoneTakesItsStuckThreadAlong() throws Exception {
        StuckThreads fresh =
                new StuckThreads(VITAL, OUTSIDE, clock, () -> System.nanoTime() + passed);
        io.drover.api.watch.Watched watched = () -> List.of(vital);
        fresh.add(watched);
        threads = fresh;
        atWork(vital);
        pass(VITAL.plusSeconds(1));

        fresh.remove(watched);
        fresh.look();

        assertThat(fresh.sound()).isTrue();
    }

    /** In steps, as the real one looks each second. */
    private void pass(Duration time) {
        for (long i = 0; i < time.toSeconds(); i++) {
            passed += Duration.ofSeconds(1).toNanos();
            clock.advance(Duration.ofSeconds(1));
            threads.look();
        }
    }

    private Thread atWork(Heartbeat heartbeat) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Thread thread = new Thread(heartbeat.around(() -> standsStill(begun)), heartbeat.thread());
        thread.start();
        begun.await();
        return thread;
    }

    private void standsStill(CountDownLatch begun) {
        begun.countDown();
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread deadlocking(
            String name, ReentrantLock first, ReentrantLock second, CountDownLatch both) {
        Thread thread =
                new Thread(
                        () -> {
                            first.lock();
                            try {
                                both.countDown();
                                both.await();
                                second.lockInterruptibly();
                                second.unlock();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            } finally {
                                first.unlock();
                            }
                        },
                        name);
        thread.start();
        return thread;
    }
}
