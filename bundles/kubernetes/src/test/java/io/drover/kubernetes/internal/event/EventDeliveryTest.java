package io.drover.kubernetes.internal.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.ClusterException.Cause;
import io.drover.api.kubernetes.EventRecorder.Severity;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ObjectRef;
import io.drover.kubernetes.internal.client.BackOff;
import io.drover.kubernetes.internal.event.Emission.What;
import io.drover.testing.Await;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventDeliveryTest {

    private static final ObjectRef WEB =
            new ObjectRef(new ObjectKind("apps/v1", "Deployment"), "default", "web", "u");

    private final ScriptedSink sink = new ScriptedSink();
    private final EventDelivery delivery =
            new EventDelivery(
                    5,
                    10,
                    Duration.ofSeconds(30),
                    sink,
                    new BackOff(Duration.ofMillis(1), Duration.ofMillis(2), () -> 0.5),
                    Clock.systemUTC(),
                    System::nanoTime);

    @AfterEach
    void end() {
        delivery.close();
        assertThat(delivery.ended(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void equalEventsBecomeOneWithACount() {
        delivery.start();
        say("same");
        say("same");
        say("same");

        await("the count", () -> sink.counts.contains(3) || sink.counts.contains(2));

        assertThat(sink.created).containsExactly("same");
    }

    @Test
    void whatWaitsForItsNextTryWhenTheEndComesIsDeliveredByTheFlush() {
        EventDelivery slow =
                new EventDelivery(
                        5,
                        10,
                        Duration.ofSeconds(30),
                        sink,
                        new BackOff(Duration.ofSeconds(60), Duration.ofSeconds(60), () -> 0.5),
                        Clock.systemUTC(),
                        System::nanoTime);
        sink.refuse(Cause.UNAVAILABLE, 1);
        slow.start();
        slow.emit("t", WEB, Severity.NORMAL, "R", "A", "one");
        await("the refusal", () -> !slow.problem().isEmpty());

        slow.flushAndEnd(Duration.ofSeconds(5));

        assertThat(slow.ended(Duration.ofSeconds(10))).isTrue();
        assertThat(sink.created).containsExactly("one");
        assertThat(slow.counters().undeliverable.sum()).isZero();
    }

    @Test
    void tenThousandEqualEventsOfFourThreadsAreOneEventWithTheirNumber() throws Exception {
        delivery.start();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(
                    new Thread(
                            () -> {
                                for (int j = 0; j < 2_500; j++) {
                                    say("same");
                                }
                            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        await("the event", () -> !sink.created.isEmpty());

        delivery.flushAndEnd(Duration.ofSeconds(5));

        assertThat(delivery.ended(Duration.ofSeconds(10))).isTrue();
        assertThat(sink.created).containsExactly("same");
        assertThat(sink.counts.size()).isLessThanOrEqualTo(10);
        assertThat(sink.counts.get(sink.counts.size() - 1)).isEqualTo(10_000);
    }

    @Test
    void itTriesAgainUntilTheApiServerAnswers() {
        sink.refuse(Cause.UNAVAILABLE, 30); // more often than the budget has tokens
        delivery.start();

        say("important");

        await("the event", () -> sink.created.contains("important"));
        assertThat(delivery.problem()).isEmpty();
        assertThat(delivery.counters().created.sum()).isEqualTo(1);
    }

    @Test
    void anEventThatIsRefusedHoldsUpNoOther() {
        sink.refuse(Cause.INVALID, 1);
        delivery.start();

        say("bad");
        say("good");

        await("the second event", () -> sink.created.contains("good"));
        assertThat(sink.created).doesNotContain("bad");
        assertThat(delivery.counters().refused.sum()).isEqualTo(1);
    }

    @Test
    void anErrorLosesOneEventAndNotTheOthers() {
        sink.error = new NoClassDefFoundError("as if a class were missing");
        delivery.start();

        say("one");
        say("two");

        await("the second event", () -> sink.created.contains("two"));
        assertThat(sink.created).containsExactly("two");
        assertThat(delivery.counters().undeliverable.sum()).isEqualTo(1);
    }

    @Test
    void whatDoesNotFitIntoTheQueueIsCountedAndNobodyWaits() {
        for (int i = 0; i < 8; i++) {
            say("event " + i);
        }

        assertThat(delivery.counters().queueFull.sum()).isEqualTo(3);
        assertThat(delivery.waiting()).isEqualTo(5);
        delivery.start();
    }

    @Test
    void theEndDeliversWhatWaits() {
        say("last words");
        delivery.start();

        delivery.flushAndEnd(Duration.ofSeconds(5));

        assertThat(delivery.ended(Duration.ofSeconds(5))).isTrue();
        assertThat(sink.created).containsExactly("last words");
    }

    @Test
    void aLongNoteIsCutAtTheLimitOfTheApiBetweenTwoCharacters() {
        delivery.start();

        say("ü".repeat(1_000));

        await("the event", () -> !sink.created.isEmpty());
        assertThat(sink.created.get(0).getBytes(StandardCharsets.UTF_8)).hasSize(1_024);
    }

    private void say(String note) {
        delivery.emit("test", WEB, Severity.NORMAL, "Reason", "Action", note);
    }

    private void await(String what, BooleanSupplier condition) {
        Await.until(
                what,
                Duration.ofSeconds(5),
                condition::getAsBoolean,
                () -> sink.created + " " + sink.counts);
    }

    /** Refuses as often as it is told, then takes everything. */
    private static final class ScriptedSink implements EventSink {
        final List<String> created = new CopyOnWriteArrayList<>();
        final List<Integer> counts = new CopyOnWriteArrayList<>();
        private Cause cause;
        private int refusals;
        private volatile Error error;

        synchronized void refuse(Cause why, int times) {
            cause = why;
            refusals = times;
        }

        @Override
        public void create(String name, What what, Instant at) throws ClusterException {
            answer();
            created.add(what.note());
        }

        @Override
        public void count(String name, What what, int count, Instant last) throws ClusterException {
            answer();
            counts.add(count);
        }

        private synchronized void answer() throws ClusterException {
            Error thrown = error;
            error = null;
            if (thrown != null) {
                throw thrown;
            }
            if (refusals > 0) {
                refusals--;
                throw new ClusterException(cause, "scripted");
            }
        }
    }
}
