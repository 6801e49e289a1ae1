package io.drover.conntrack.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.drover.conntrack.internal.codec.Decoder.Outcome;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

class DecoderFuzzTest {

    @FuzzTest(maxDuration = "30m")
    void readsWhateverTheKernelMightSend(byte[] datagram) {
        Decoder decoder = new Decoder();
        ConntrackMessage message = new ConntrackMessage();
        decoder.begin(ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder()));

        int messages = 0;
        while (decoder.next(message) != Outcome.END) {
            messages++;
        }

        assertThat(messages).isLessThanOrEqualTo(datagram.length);
    }
}
