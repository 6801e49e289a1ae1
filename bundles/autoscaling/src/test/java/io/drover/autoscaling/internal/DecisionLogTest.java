package io.drover.autoscaling.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.autoscaling.Decision;
import io.drover.api.autoscaling.Decisions;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DecisionLogTest {

    private final DecisionLog log = new DecisionLog(3);

    private void decide(String name) {
        log.add(
                new Decision(
                        Instant.EPOCH,
                        "ns",
                        name,
                        "Deployment/" + name,
                        "Reason",
                        "",
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        true));
    }

    @Test
    void givesWhatCameAfterANumber() {
        decide("a");
        decide("b");

        Decisions.Page page = log.after(1, 10);

        assertThat(page.missed()).isZero();
        assertThat(page.first()).isEqualTo(2);
        assertThat(page.decisions()).extracting(Decision::name).containsExactly("b");
        assertThat(log.after(2, 10).decisions()).isEmpty();
        assertThat(log.after(0, 1).decisions()).extracting(Decision::name).containsExactly("a");
    }

    @Test
    void countsWhatIsNotKeptAnyMore() {
        for (String name : new String[] {"a", "b", "c", "d", "e"}) {
            decide(name);
        }

        Decisions.Page page = log.after(1, 10);

        assertThat(log.newest()).isEqualTo(5);
        assertThat(page.missed()).isEqualTo(1);
        assertThat(page.first()).isEqualTo(3);
        assertThat(page.decisions()).extracting(Decision::name).containsExactly("c", "d", "e");
    }

    @Test
    void aNumberThatIsYetToComeGivesNothing() {
        decide("a");

        Decisions.Page page = log.after(9, 10);

        assertThat(page.missed()).isZero();
        assertThat(page.decisions()).isEmpty();
    }

    @Test
    void callsReadersUntilTheyGo() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        AutoCloseable reader = log.onNew(calls::incrementAndGet);
        log.onNew(
                () -> {
                    throw new IllegalStateException("a reader that fails hurts nobody else");
                });

        decide("a");
        reader.close();
        decide("b");

        assertThat(calls).hasValue(1);
    }

    @Test
    void knowsTheNewestAboutOne() {
        decide("a");
        decide("b");
        decide("a");

        assertThat(log.newestOf("ns", "a")).isPresent();
        assertThat(log.newestOf("ns", "c")).isEmpty();
        assertThat(log.newestOf("other", "a")).isEmpty();
    }
}
