package io.drover.kubernetes.internal.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.EventRecorder.Severity;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ObjectRef;
import io.drover.kubernetes.internal.event.Emission.What;
import io.drover.kubernetes.internal.event.Ledger.Verdict;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Ledger ledger = new Ledger(3, Duration.ofSeconds(30));

    @Test
    void theSameThingAgainIsCounted() {
        Emission first = said("ScaleFailed", "no");

        assertThat(ledger.judge(first, 0)).isEqualTo(Verdict.CREATE);
        ledger.created(first, "e1", 0);
        for (int i = 0; i < 10_000; i++) {
            assertThat(ledger.judge(first, i)).isEqualTo(Verdict.COUNTED);
        }

        assertThat(ledger.due(SECOND))
                .singleElement()
                .satisfies(series -> assertThat(series.count()).isEqualTo(10_001));
    }

    @Test
    void whatHappensAgainBeforeItsEventIsThereIsCountedToo() {
        Emission first = said("ScaleFailed", "no");
        ledger.judge(first, 0);

        assertThat(ledger.judge(first, 1)).isEqualTo(Verdict.COUNTED);
        assertThat(ledger.due(1)).isEmpty();
        ledger.created(first, "e1", 2);

        assertThat(ledger.due(2))
                .singleElement()
                .satisfies(series -> assertThat(series.count()).isEqualTo(2));
    }

    @Test
    void whatCouldNotBeCreatedIsNewTheNextTime() {
        Emission first = said("ScaleFailed", "no");
        ledger.judge(first, 0);
        ledger.dropped(first);

        assertThat(ledger.judge(first, 1)).isEqualTo(Verdict.CREATE);
        assertThat(ledger.resting(2)).isFalse();
        assertThat(ledger.resting(400 * SECOND)).isTrue();
    }

    @Test
    void whatHasACountToBeWrittenIsForgottenLastAndThenSaidToBeLost() {
        Emission counted = said("Counted", "no");
        ledger.judge(counted, 0);
        ledger.created(counted, "e", 0);
        ledger.judge(counted, 1);
        for (int i = 0; i < 2_000; i++) {
            Emission other = said("Other" + i, "no");
            ledger.judge(other, 2);
            ledger.created(other, "o" + i, 2);
        }

        assertThat(ledger.unwritten())
                .singleElement()
                .satisfies(series -> assertThat(series.count()).isEqualTo(2));
        assertThat(ledger.takeLost()).isZero();
        for (int i = 0; i < 1_024; i++) {
            Emission other = said("More" + i, "no");
            ledger.judge(other, 3);
            ledger.created(other, "m" + i, 3);
            ledger.judge(other, 4);
        }
        assertThat(ledger.takeLost()).isEqualTo(1);
        assertThat(ledger.takeLost()).isZero();
    }

    @Test
    void aCountThatCannotBeWrittenForLongIsNotGivenUp() {
        Emission first = said("ScaleFailed", "no");
        ledger.judge(first, 0);
        ledger.created(first, "e1", 0);
        ledger.judge(first, SECOND);

        assertThat(ledger.resting(400 * SECOND)).isFalse();
        assertThat(ledger.judge(first, 400 * SECOND)).isEqualTo(Verdict.COUNTED);
        assertThat(ledger.due(401 * SECOND))
                .singleElement()
                .satisfies(series -> assertThat(series.count()).isEqualTo(3));
    }

    @Test
    void anotherSentenceIsAnotherEvent() {
        Emission first = said("ScaleFailed", "2 to 3");
        ledger.judge(first, 0);
        ledger.created(first, "e1", 0);

        assertThat(ledger.judge(said("ScaleFailed", "3 to 4"), 0)).isEqualTo(Verdict.CREATE);
    }

    @Test
    void aNoisyReasonUsesUpItsOwnBudgetAlone() {
        for (int i = 0; i < 3; i++) {
            assertThat(ledger.judge(said("Noisy", "n" + i), 0)).isEqualTo(Verdict.CREATE);
        }

        assertThat(ledger.judge(said("Noisy", "n3"), 0)).isEqualTo(Verdict.OVER_BUDGET);
        assertThat(ledger.judge(said("Quiet", "q"), 0)).isEqualTo(Verdict.CREATE);
    }

    @Test
    void aBudgetGrowsBackWithTime() {
        for (int i = 0; i < 4; i++) {
            ledger.judge(said("Noisy", "n" + i), 0);
        }

        assertThat(ledger.judge(said("Noisy", "late"), 29 * SECOND)).isEqualTo(Verdict.OVER_BUDGET);
        assertThat(ledger.judge(said("Noisy", "later"), 31 * SECOND)).isEqualTo(Verdict.CREATE);
    }

    @Test
    void theFirstRepetitionIsWrittenAtOnceAndTheNextOnesSeldom() {
        Emission said = said("ScaleFailed", "no");
        ledger.judge(said, 0);
        ledger.created(said, "e1", 0);
        ledger.judge(said, 1);
        ledger.due(1).forEach(series -> ledger.written(series, 1));
        ledger.judge(said, 2);

        assertThat(ledger.due(20 * SECOND)).isEmpty();
        assertThat(ledger.due(31 * SECOND)).hasSize(1);
        assertThat(ledger.unwritten()).hasSize(1);
    }

    @Test
    void whatHappensWhileACountIsWrittenIsWrittenNext() {
        Emission said = said("ScaleFailed", "no");
        ledger.judge(said, 0);
        ledger.created(said, "e1", 0);
        ledger.judge(said, 1);
        Ledger.Count underWay = ledger.due(1).get(0);

        ledger.judge(said, 2);
        ledger.written(underWay, 3);

        assertThat(underWay.count()).isEqualTo(2);
        assertThat(ledger.due(31 * SECOND))
                .singleElement()
                .satisfies(next -> assertThat(next.count()).isEqualTo(3));
    }

    @Test
    void afterALongPauseItIsANewEvent() {
        Emission said = said("ScaleFailed", "no");
        ledger.judge(said, 0);
        ledger.created(said, "e1", 0);

        assertThat(ledger.judge(said, 361 * SECOND)).isEqualTo(Verdict.CREATE);
    }

    private static Emission said(String reason, String note) {
        ObjectRef object =
                new ObjectRef(new ObjectKind("apps/v1", "Deployment"), "default", "web", "u");
        return new Emission(
                new What("drover-test", object, Severity.NORMAL, reason, "Test", note),
                Instant.EPOCH);
    }
}
