package io.drover.http.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.http.Guest.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private static final List<Field> HEAD = List.of(new Field("content-type", "a/b"));
    private static final List<Field> TRAILERS = List.of(new Field("status", "0"));

    private final Outbox outbox = new Outbox();

    private void add(String text) {
        outbox.add(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String text(Outbox.Piece piece) {
        return StandardCharsets.US_ASCII.decode(piece.bytes().duplicate()).toString();
    }

    @Test
    void keepsWhatIsNotFlushedAndThenSendsHeadBodyAndTrailersInOnePiece() {
        outbox.head(HEAD);
        add("one");
        assertThat(outbox.next()).isNull();

        outbox.finish(TRAILERS);

        Outbox.Piece all = outbox.next();
        assertThat(all.head()).isEqualTo(HEAD);
        assertThat(text(all)).isEqualTo("one");
        assertThat(all.last()).isTrue();
        assertThat(all.trailers()).isEqualTo(TRAILERS);
        assertThat(outbox.next()).isNull();
    }

    @Test
    void sendsTheHeadAloneWhenThatIsFlushed() {
        outbox.head(HEAD);
        outbox.flush();

        Outbox.Piece head = outbox.next();

        assertThat(head.head()).isEqualTo(HEAD);
        assertThat(head.bytes().hasRemaining()).isFalse();
        assertThat(head.last()).isFalse();
        outbox.flush();
        assertThat(outbox.next()).as("nothing new").isNull();
    }

    @Test
    void putsSmallWritesTogetherAndLeavesALongOneAlone() {
        outbox.head(HEAD);
        add("one");
        add("two");
        outbox.add(ByteBuffer.allocate(100_000));
        add("three");
        outbox.flush();

        assertThat(text(outbox.next())).isEqualTo("onetwo");
        assertThat(outbox.next().bytes().remaining()).isEqualTo(100_000);
        assertThat(text(outbox.next())).isEqualTo("three");
        assertThat(outbox.next()).isNull();
    }

    @Test
    void theTrailersComeWithTheLastPieceAlone() {
        outbox.head(HEAD);
        outbox.add(ByteBuffer.allocate(100_000));
        add("end");
        outbox.finish(TRAILERS);

        Outbox.Piece first = outbox.next();
        Outbox.Piece second = outbox.next();

        assertThat(first.last()).isFalse();
        assertThat(first.trailers()).isEmpty();
        assertThat(second.head()).isNull();
        assertThat(second.last()).isTrue();
        assertThat(second.trailers()).isEqualTo(TRAILERS);
    }

    @Test
    void anAnswerWithoutAHeadIsItsTrailersAlone() {
        outbox.finish(TRAILERS);

        Outbox.Piece only = outbox.next();

        assertThat(only.head()).isEqualTo(TRAILERS);
        assertThat(only.trailers()).isEmpty();
        assertThat(only.last()).isTrue();
    }

    @Test
    void takesNothingMoreOnceItIsFinishedOrClosed() {
        outbox.head(HEAD);
        outbox.finish(TRAILERS);
        add("late");
        outbox.finish(HEAD);
        assertThat(outbox.next().bytes().hasRemaining()).isFalse();

        Outbox closed = new Outbox();
        closed.head(HEAD);
        closed.add(ByteBuffer.allocate(10));
        closed.close();
        closed.flush();
        assertThat(closed.next()).isNull();
    }
}
