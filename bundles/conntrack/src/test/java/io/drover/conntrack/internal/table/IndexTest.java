package io.drover.conntrack.internal.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IndexTest {

    private static final int GROUPS = 8;

    /** Two hashes of one group and one tag. */
    private static final int HASH = 0x5400_0003;

    private static final int TWIN = HASH + GROUPS;

    private final Index index = new Index(GROUPS);

    @Test
    void findsWhatWasEnteredAndNothingElse() {
        index.enter(HASH, 7);

        assertThat(has(HASH, 7)).isTrue();
        assertThat(has(HASH, 8)).isFalse();
        assertThat(has(HASH ^ 1, 7)).isFalse();
        assertThat(has(HASH ^ 1 << 31, 7)).isFalse();
    }

    @Test
    void keepsReferencesApartThatShareGroupAndTag() {
        index.enter(HASH, 1);
        index.enter(TWIN, 2);
        index.leave(HASH, 1);

        assertThat(has(HASH, 1)).isFalse();
        assertThat(has(TWIN, 2)).isTrue();
    }

    @Test
    void goesOnToTheNextGroupWhileAndOnlyWhileSomethingWasPushedThere() {
        for (int reference = 0; reference < 9; reference++) {
            index.enter(HASH, reference);
        }
        assertThat(has(HASH, 7)).isTrue();
        assertThat(has(HASH, 8)).isTrue();

        index.leave(HASH, 0);
        assertThat(has(HASH, 8)).isTrue();
        index.leave(HASH, 7);
        index.leave(HASH, 8);

        assertThat(Index.isLast(index.group(index.first(HASH)))).isTrue();
    }

    /** Behind a match the comparison takes a tag that differs in its lowest bit for another. */
    @Test
    void letsTheRightOneOfTwoHashesOfAReferenceGo() {
        int neighbour = HASH ^ 1 << 25;
        index.enter(HASH, 1);
        index.enter(neighbour, 7);
        index.enter(HASH, 7);

        index.leave(HASH, 7);

        assertThat(has(neighbour, 7)).isTrue();
        index.leave(neighbour, 7);
        assertThat(has(HASH, 7)).isFalse();
        assertThat(has(HASH, 1)).isTrue();
    }

    @Test
    void goesRoundAtTheEnd() {
        int ofLastGroup = HASH | GROUPS - 1;
        for (int reference = 0; reference < 8; reference++) {
            index.enter(ofLastGroup, reference);
        }

        assertThat(has(ofLastGroup, 7)).isTrue();
        assertThat(index.group(0)).isNotZero();
    }

    @Test
    void findsAllStillWhenMoreWerePushedOnThanItCounts() {
        Index one = new Index(1 << 7);
        for (int reference = 0; reference < 400; reference++) {
            one.enter(0, reference);
        }
        for (int reference = 0; reference < 393; reference++) {
            one.leave(0, reference);
        }

        for (int reference = 393; reference < 400; reference++) {
            assertThat(has(one, 0, reference)).as("reference %d", reference).isTrue();
        }
    }

    @Test
    void hasRoomUntilFiveOfSevenSlotsAreTaken() {
        for (int reference = 0; reference < GROUPS * 5 - 2; reference++) {
            index.enter(new Random(reference).nextInt(), reference);
        }
        assertThat(index.hasRoomFor(2)).isTrue();

        index.enter(HASH, 1000);

        assertThat(index.hasRoomFor(2)).isFalse();
    }

    @Test
    void agreesWithAMapOverManyEntriesAndDepartures() {
        Index large = new Index(64);
        Map<Integer, Integer> hashes = new HashMap<>();
        Random random = new Random(6);
        for (int step = 0; step < 20_000; step++) {
            int reference = random.nextInt(500);
            Integer hash = hashes.remove(reference);
            if (hash != null) {
                large.leave(hash, reference);
            } else if (large.hasRoomFor(1)) {
                // Few different ones, so that groups run over.
                int fresh = random.nextInt(40) * 0x0100_0001;
                hashes.put(reference, fresh);
                large.enter(fresh, reference);
            }
        }

        assertThat(hashes).isNotEmpty();
        hashes.forEach(
                (reference, hash) ->
                        assertThat(has(large, hash, reference)).as("%d", reference).isTrue());
        hashes.forEach((reference, hash) -> large.leave(hash, reference));
        for (int at = 0; at < large.count(); at++) {
            assertThat(large.group(at) << 8).as("tags of group %d", at).isZero();
        }
    }

    private boolean has(int hash, int reference) {
        return has(index, hash, reference);
    }

    private static boolean has(Index in, int hash, int reference) {
        int at = in.first(hash);
        for (int tried = 0; tried < in.count(); tried++) {
            long group = in.group(at);
            for (long left = Index.matches(group, hash); left != 0; left &= left - 1) {
                if (in.reference(at, left) == reference) {
                    return true;
                }
            }
            if (Index.isLast(group)) {
                return false;
            }
            at = in.next(at);
        }
        return false;
    }
}
