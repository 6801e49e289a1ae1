package io.drover.conntrack.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.StreamPosition;
import io.drover.api.conntrack.Traffic;
import io.drover.conntrack.internal.codec.ConntrackMessage.Kind;
import io.drover.conntrack.internal.codec.Messages;
import io.drover.conntrack.internal.table.MessageView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TapeTest {

    private static final long[] NOTHING = {};

    private final MessageView view = new MessageView();
    private final Tape tape = new Tape(4);

    @BeforeEach
    void begin() {
        tape.begin(NOTHING);
        tape.keep();
    }

    @Test
    void replaysWhatCameAfterAPlace() {
        write(3);

        assertThat(replay(tape, 1)).containsExactly("+2", "+3");
        assertThat(replay(tape, 3)).isEmpty();
    }

    @Test
    void saysHowManyAreNotKeptAnyMore() {
        write(7);

        assertThat(replay(tape, 0)).containsExactly("replay 3 to 3", "+4", "+5", "+6", "+7");
        assertThat(replay(tape, 4)).containsExactly("+5", "+6", "+7");
    }

    @Test
    void saysWhereTheKernelHadLostSome() {
        write(1);
        tape.lost(5);
        write(1);
        tape.lost(2);
        tape.publish();

        assertThat(replay(tape, 0)).containsExactly("+1", "kernel 5 to 6", "+7", "kernel 2 to 9");
        assertThat(tape.position().number()).isEqualTo(9);
    }

    @Test
    void goesOnAfterAHandOverAsIfNothingHadBeen() {
        write(2);
        Tape next = new Tape(4);
        next.begin(tape.note());

        assertThat(next.position()).isEqualTo(tape.position());
        write(next, 1);
        assertThat(replay(next, 0)).containsExactly("+1", "+2", "+3");
    }

    @Test
    void keepsOnAfterAHandOverOfAnEmptyRing() {
        Tape next = new Tape(4);
        next.begin(tape.note());
        write(next, 2);

        assertThat(replay(next, 0)).containsExactly("+1", "+2");
    }

    @Test
    void keepsTheNewestWhenTheNextOneHasLessRoom() {
        write(4);
        Tape next = new Tape(2);
        next.begin(tape.note());

        assertThat(replay(next, 1)).containsExactly("replay 1 to 2", "+3", "+4");
    }

    @Test
    void countsAlsoWhatIsNotKept() {
        Tape bare = new Tape(0);
        bare.begin(NOTHING);
        bare.keep();
        write(bare, 3);

        assertThat(replay(bare, 1)).containsExactly("replay 2 to 3");
        assertThat(bare.note()).hasSize(5);
    }

    @Test
    void refusesAPlaceOfAnotherNumbering() {
        write(2);
        StreamPosition elsewhere = new StreamPosition(tape.position().epoch() + 1, 1);
        StreamPosition future = new StreamPosition(tape.position().epoch(), 3);

        assertThat(tape.replay(elsewhere, new Told())).isFalse();
        assertThat(tape.replay(future, new Told())).isFalse();
    }

    @Test
    void beginsAnewWithAnotherEpochWhenNothingWasHandedOver() {
        StreamPosition before = tape.position();

        tape.begin(NOTHING);

        assertThat(tape.position().epoch()).isNotEqualTo(before.epoch());
        assertThat(tape.position().number()).isZero();
    }

    @Test
    void keepsConnectionsOfBothFamiliesWhole() {
        tape.next();
        tape.write(
                Messages.of(Kind.NEW, true, 5, 6, 7, 8).mark(9).id(10).message(), view, 77, true);
        Told told = new Told();
        tape.publish();
        tape.replay(new StreamPosition(tape.position().epoch(), 0), told);

        Connection connection = told.connections.get(0);
        assertThat(connection.original().source().getHostAddress()).isEqualTo("0:0:0:0:0:0:0:5");
        assertThat(connection.original().destinationPort()).isEqualTo(8);
        assertThat(connection.mark()).isEqualTo(9);
        assertThat(connection.id()).isEqualTo(10);
        assertThat(connection.namespace()).isEqualTo(77);
    }

    private void write(int count) {
        write(tape, count);
    }

    private void write(Tape to, int count) {
        for (int i = 0; i < count; i++) {
            long number = to.next();
            to.write(Messages.of(Kind.NEW, false, 1, (int) number, 2, 80).message(), view, 1, true);
        }
        to.publish();
    }

    private static List<String> replay(Tape from, long after) {
        Told told = new Told();
        assertThat(from.replay(new StreamPosition(from.position().epoch(), after), told)).isTrue();
        return told.words;
    }

    private static final class Told implements Tape.Listener {

        private final List<String> words = new ArrayList<>();
        private final List<Connection> connections = new ArrayList<>();

        @Override
        public void event(
                long which, Connection connection, boolean opened, Optional<Traffic> traffic) {
            words.add((opened ? "+" : "-") + which);
            connections.add(connection);
        }

        @Override
        public void missing(long count, long last, boolean byKernel) {
            words.add((byKernel ? "kernel " : "replay ") + count + " to " + last);
        }
    }
}
