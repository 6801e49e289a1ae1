package io.drover.conntrack.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.drover.conntrack.internal.codec.Decoder.Outcome;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

class DecoderFuzzTest {

    private static final int ROOM = 512;

    @FuzzTest(maxDuration = "30m")
    void readsWhateverTheKernelMightSend(byte[] datagram) {
        Decoder decoder = new Decoder();
        ConntrackMessage message = new ConntrackMessage();
        decoder.begin(ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder()));

        int messages = 0;
        Outcome outcome = decoder.next(message);
        while (outcome != Outcome.END) {
            messages++;
            if (outcome == Outcome.ENTRY) {
                survivesBeingWritten(message);
            }
            outcome = decoder.next(message);
        }

        assertThat(messages).isLessThanOrEqualTo(datagram.length);
        assertThat(Described.datagram(new Decoder(true), datagram))
                .isEqualTo(Described.datagram(new Decoder(false), datagram));
    }

    /** What was read is read alike when it is written again. */
    private static void survivesBeingWritten(ConntrackMessage message) {
        ByteBuffer written = ByteBuffer.allocate(ROOM).order(ByteOrder.nativeOrder());
        new Encoder().entry(message, written);
        ConntrackMessage again = new ConntrackMessage();
        Decoder decoder = new Decoder();
        decoder.begin(written.flip());

        assertThat(decoder.next(again)).isEqualTo(Outcome.ENTRY);
        assertThat(again.ipv6()).isEqualTo(message.ipv6());
        assertThat(again.protocol()).isEqualTo(message.protocol());
        assertThat(again.original().sourceLow()).isEqualTo(message.original().sourceLow());
        assertThat(again.reply().destinationHigh()).isEqualTo(message.reply().destinationHigh());
        assertThat(again.state()).isEqualTo(message.state());
        assertThat(again.originalBytes()).isEqualTo(message.originalBytes());
        assertThat(again.stopNanos()).isEqualTo(message.stopNanos());
        assertThat(again.labelsLast()).isEqualTo(message.labelsLast());
    }
}
