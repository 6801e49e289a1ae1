package io.drover.http.internal.listen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http2.frames.PingFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.junit.jupiter.api.Test;

class FrameRateTest {

    private static final int PONG = 17;

    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong counted = new AtomicLong();
    private final FrameRate rate =
            new FrameRate(event -> counted.incrementAndGet() <= 2, sent::get);

    private boolean ping() {
        return rate.onEvent(new PingFrame(1L, false));
    }

    @Test
    void pingsThatFollowAnAnswerAreFree() {
        for (int i = 0; i < 1_000; i++) {
            sent.addAndGet(100 + PONG);
            assertThat(ping()).isTrue();
        }
        assertThat(counted).hasValue(0);
    }

    @Test
    void pingsAloneCountHoweverLateTheyAreAnswered() {
        assertThat(ping()).isTrue();
        assertThat(ping()).isTrue();
        assertThat(ping()).isFalse();
        // The answers to all three go out at once.
        sent.addAndGet(3 * PONG);
        assertThat(ping()).isFalse();
    }

    @Test
    void answersToPingsOfTheServerAndAllOtherFramesCount() {
        sent.addAndGet(1_000);
        assertThat(rate.onEvent(new PingFrame(1L, true))).isTrue();
        assertThat(rate.onEvent(new ResetFrame(1, 8))).isTrue();
        assertThat(rate.onEvent(new ResetFrame(3, 8))).isFalse();
    }
}
