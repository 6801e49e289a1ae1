package io.drover.kernel.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GateTest {

    @Test
    void tellsTheOneWhoShutsItWhenNobodyIsInside() {
        Gate gate = new Gate();

        assertThat(gate.shut()).isTrue();
        assertThat(gate.shut()).isFalse();
        assertThat(gate.enter()).isFalse();
    }

    @Test
    void tellsTheLastOneWhoLeavesAfterItWasShut() {
        Gate gate = new Gate();
        gate.enter();
        gate.enter();

        assertThat(gate.shut()).isFalse();
        assertThat(gate.leave()).isFalse();
        assertThat(gate.leave()).isTrue();
    }

    @Test
    void tellsExactlyOneThreadHoweverTheyMeet() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 500; round++) {
                Gate gate = new Gate();
                AtomicInteger told = new AtomicInteger();
                CountDownLatch start = new CountDownLatch(1);
                Callable<Void> visitor =
                        () -> {
                            start.await();
                            while (gate.enter()) {
                                if (gate.leave()) {
                                    told.incrementAndGet();
                                }
                            }
                            return null;
                        };
                Callable<Void> closer =
                        () -> {
                            start.await();
                            if (gate.shut()) {
                                told.incrementAndGet();
                            }
                            return null;
                        };
                Future<Void> first = threads.submit(visitor);
                Future<Void> second = threads.submit(visitor);
                Future<Void> third = threads.submit(closer);
                start.countDown();
                first.get();
                second.get();
                third.get();

                assertThat(told).hasValue(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
