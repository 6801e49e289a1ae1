package io.drover.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testing.History;
import org.junit.jupiter.api.Test;

/** A checker that finds nothing proves nothing: it must find what was put there. */
class HistoryTest {

    private final History history = new History();

    @Test
    void writesThatFollowEachOtherAreWell() {
        claim(1, "a", 0);
        write(10, 5, 1, 0);
        claim(11, "b", 1);
        write(12, 10, 2, 1);

        assertThat(history.judge().findings()).isEmpty();
        assertThat(history.judge().terms()).isEqualTo(2);
    }

    @Test
    void findsAFormerTermThatWritesAfterALaterOne() {
        write(10, 5, 1, 1);
        write(12, 10, 2, 0);

        assertThat(history.judge().findings())
                .singleElement()
                .asString()
                .startsWith("two terms write one object in overlap");
    }

    @Test
    void findsAWriteThatWasMadeFromAnOldVersion() {
        write(10, 5, 1, 0);
        write(12, 5, 2, 0);

        assertThat(history.judge().findings())
                .singleElement()
                .asString()
                .startsWith("a write from a stale cache");
    }

    @Test
    void findsAWriteWithoutADecision() {
        history.write(new History.Write("o", 10, 5, 1, 0, "d"));
        history.decision("d", 1, "o", 5);

        assertThat(history.judge().findings())
                .singleElement()
                .asString()
                .startsWith("a write without a decision");
    }

    @Test
    void findsATermOfTwoHoldersAndOneThatCameBack() {
        claim(1, "a", 0);
        claim(2, "b", 0);
        claim(3, "b", 1);
        claim(4, "a", 0);

        assertThat(history.judge().findings()).hasSize(2);
    }

    @Test
    void countsALateWriteThatHarmsNobodyAndAGapInTheAuditLog() {
        claim(1, "a", 0);
        write(10, 5, 1, 0);
        claim(11, "b", 1);
        write(12, 10, 2, 0);
        write(20, 15, 4, 1);

        History.Verdict verdict = history.judge();
        assertThat(verdict.findings()).isEmpty();
        assertThat(verdict.late()).isEqualTo(1);
        assertThat(verdict.unlogged()).isEqualTo(1);
    }

    private void claim(long version, String holder, long term) {
        history.claim(new History.Claim(version, "lease", holder, term));
    }

    private void write(long version, long base, long count, long term) {
        String decision = "d" + version;
        history.decision(decision, term, "o", base);
        history.write(new History.Write("o", version, base, count, term, decision));
    }
}
