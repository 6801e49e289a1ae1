package io.drover.autoscaling.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WorkQueueTest {

    private final AtomicLong now = new AtomicLong();
    private final WorkQueue queue =
            new WorkQueue(now::get, Duration.ofMillis(100), Duration.ofSeconds(10), this::late);
    private final List<Duration> late = new ArrayList<>();

    @Test
    void aKeyThatIsAddedTwiceComesOnce() {
        queue.add("a");
        queue.add("b");
        queue.add("a");

        assertThat(queue.poll()).contains("a");
        assertThat(queue.poll()).contains("b");
        assertThat(queue.poll()).isEmpty();
    }

    @Test
    void aKeyAtWorkIsGivenToNobodyElseAndComesOnceMoreAfterwards() {
        queue.add("a");
        queue.poll();
        queue.add("a");
        queue.add("a");
        assertThat(queue.poll()).isEmpty();

        queue.done("a");

        assertThat(queue.poll()).contains("a");
        queue.done("a");
        assertThat(queue.poll()).isEmpty();
    }

    @Test
    void aDelayedKeyKeepsTheEarliestOfItsTimes() {
        queue.addAfter("a", Duration.ofSeconds(5));
        queue.addAfter("a", Duration.ofSeconds(1));
        queue.addAfter("a", Duration.ofSeconds(3));

        pass(Duration.ofMillis(999));
        assertThat(queue.poll()).isEmpty();
        pass(Duration.ofMillis(1));
        assertThat(queue.poll()).contains("a");
        queue.done("a");

        pass(Duration.ofMinutes(1));
        assertThat(queue.poll()).isEmpty();
    }

    @Test
    void aKeyThatIsAddedNowDoesNotComeAgainAtItsLaterTime() {
        queue.addAfter("a", Duration.ofSeconds(1));
        queue.add("a");
        assertThat(queue.poll()).contains("a");
        queue.done("a");

        pass(Duration.ofSeconds(2));

        assertThat(queue.poll()).isEmpty();
    }

    @Test
    void howLateADelayedKeyComesIsToldAndOfAKeyThatWasAddedNothing() {
        queue.addAfter("a", Duration.ofSeconds(1));
        queue.addAfter("b", Duration.ofSeconds(2));
        queue.addAfter("c", Duration.ofSeconds(60));
        pass(Duration.ofSeconds(2));
        queue.add("c");

        for (int i = 0; i < 3; i++) {
            queue.poll().ifPresent(queue::done);
        }

        assertThat(late).containsExactlyInAnyOrder(Duration.ofSeconds(1), Duration.ZERO);
    }

    @Test
    void failuresDoubleTheWaitUpToTheLimitAndSuccessForgetsThem() {
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            waits.add(waitAfterFailure(Duration.ZERO));
        }
        assertThat(waits)
                .containsExactly(100L, 200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 10_000L, 10_000L);

        queue.forget("a");

        assertThat(waitAfterFailure(Duration.ZERO)).isEqualTo(100);
    }

    @Test
    void theApiServersWishToWaitIsKept() {
        assertThat(waitAfterFailure(Duration.ofSeconds(7))).isEqualTo(7_000);
    }

    @Test
    void addingAKeyOftenDoesNotMakeItBackOff() {
        for (int i = 0; i < 1_000; i++) {
            queue.add("a");
            queue.poll();
            queue.done("a");
        }

        assertThat(waitAfterFailure(Duration.ZERO)).isEqualTo(100);
    }

    @Test
    void manyWorkersNeverHaveTheSameKeyAndNoAdditionIsLost() throws InterruptedException {
        WorkQueue shared =
                new WorkQueue(
                        System::nanoTime, Duration.ofMillis(1), Duration.ofMillis(5), any -> {});
        Map<String, AtomicInteger> atWork = new ConcurrentHashMap<>();
        Map<String, Integer> wanted = new ConcurrentHashMap<>();
        Map<String, Integer> done = new ConcurrentHashMap<>();
        AtomicInteger clashes = new AtomicInteger();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            workers.add(new Thread(() -> work(shared, atWork, wanted, done, clashes)));
        }
        workers.forEach(Thread::start);

        for (int i = 1; i <= 20_000; i++) {
            String key = "key-" + i % 7;
            wanted.put(key, i);
            shared.add(key);
        }

        Await.until(
                "the newest state of each key",
                Duration.ofSeconds(10),
                () -> done.equals(wanted),
                () -> done + " of " + wanted);
        shared.close();
        for (Thread worker : workers) {
            worker.join(5_000);
            assertThat(worker.isAlive()).isFalse();
        }
        assertThat(clashes).hasValue(0);
    }

    private static void work(
            WorkQueue shared,
            Map<String, AtomicInteger> atWork,
            Map<String, Integer> wanted,
            Map<String, Integer> done,
            AtomicInteger clashes) {
        try {
            Optional<String> key = shared.take();
            while (key.isPresent()) {
                AtomicInteger workers =
                        atWork.computeIfAbsent(key.get(), any -> new AtomicInteger());
                if (workers.incrementAndGet() != 1) {
                    clashes.incrementAndGet();
                }
                done.put(key.get(), wanted.get(key.get()));
                if (ThreadLocalRandom.current().nextInt(100) == 0) {
                    Thread.onSpinWait();
                }
                workers.decrementAndGet();
                shared.done(key.get());
                key = shared.take();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** In milliseconds, by moving the clock until it comes. */
    private long waitAfterFailure(Duration atLeast) {
        queue.addFailed("a", atLeast);
        long waited = 0;
        while (queue.poll().isEmpty()) {
            pass(Duration.ofMillis(1));
            waited++;
        }
        queue.done("a");
        return waited;
    }

    private void late(long nanos) {
        late.add(Duration.ofNanos(nanos));
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
