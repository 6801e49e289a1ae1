package io.drover.conntrack.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kernel.Instruction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** The programs, run by a machine for the few instructions that they use, over the corpus. */
class EventFilterTest {

    private final Decoder decoder = new Decoder();

    @Test
    void letsTranslatedConnectionsThroughAndNoOthers() {
        int through = 0;
        for (byte[] bytes : Corpus.messages()) {
            ConntrackMessage message = new ConntrackMessage();
            decoder.begin(Corpus.buffer(bytes));
            boolean event = decoder.next(message) == Decoder.Outcome.ENTRY;
            boolean passes = run(EventFilter.translatedOnly(), bytes, () -> 0);

            assertThat(passes).isEqualTo(!event || message.translated());
            through += event && passes ? 1 : 0;
        }
        assertThat(through).isPositive();
    }

    @Test
    void knowsATranslatedConnectionByItsStatusAsTheTuplesDo() {
        for (byte[] bytes : Corpus.messages()) {
            ConntrackMessage message = new ConntrackMessage();
            decoder.begin(Corpus.buffer(bytes));
            boolean event = decoder.next(message) == Decoder.Outcome.ENTRY;
            if (event && message.protocol() == 17) {
                boolean mirrored =
                        message.original().sourceLow() == message.reply().destinationLow()
                                && message.original().destinationLow()
                                        == message.reply().sourceLow()
                                && message.original().destinationPort()
                                        == message.reply().sourcePort();
                assertThat(message.translated()).isEqualTo(!mirrored);
            }
        }
    }

    @Test
    void letsARandomPartThroughAndAlwaysWhatIsNoEvent() {
        byte[] event = Corpus.messages().get(0);
        byte[] done = new byte[20];
        ByteBuffer.wrap(done)
                .order(ByteOrder.nativeOrder())
                .putInt(0, 20)
                .putShort(4, (short) Wire.NLMSG_DONE);

        assertThat(run(EventFilter.sample(0.25), event, () -> 0x3fffffffL)).isTrue();
        assertThat(run(EventFilter.sample(0.25), event, () -> 0x40000000L)).isFalse();
        assertThat(run(EventFilter.sample(0), event, () -> 0)).isFalse();
        assertThat(run(EventFilter.sample(0), done, () -> 0)).isTrue();
    }

    @Test
    void samplesTranslatedConnectionsToo() {
        byte[] translated = bytes("dnat4");
        byte[] plain = bytes("udp4");
        List<Instruction> half = EventFilter.sampleTranslated(0.5);

        assertThat(run(half, translated, () -> 1)).isTrue();
        assertThat(run(half, translated, () -> 0x80000000L)).isFalse();
        assertThat(run(half, plain, () -> 1)).isFalse();
    }

    private static byte[] bytes(String story) {
        ByteBuffer buffer = Corpus.story(story);
        byte[] bytes = new byte[buffer.getInt(0)];
        buffer.get(0, bytes);
        return bytes;
    }

    /** Whether the program lets the message through (Documentation/networking/filter.rst). */
    private static boolean run(List<Instruction> program, byte[] message, LongSupplier random) {
        ByteBuffer network = ByteBuffer.wrap(message);
        long a = 0;
        int x = 0;
        for (int at = 0; ; at++) {
            Instruction now = program.get(at);
            long k = Integer.toUnsignedLong(now.operand());
            switch (now.code()) {
                case 0x30 -> a = Byte.toUnsignedInt(network.get(now.operand()));
                case 0x20 ->
                        a =
                                now.operand() == -0x1000 + 56
                                        ? random.getAsLong()
                                        : attribute(message, (int) a, x);
                case 0x40 -> a = Integer.toUnsignedLong(network.getInt(x + now.operand()));
                case 0x00 -> a = k;
                case 0x01 -> x = now.operand();
                case 0x07 -> x = (int) a;
                case 0x15 -> at += a == k ? now.whenTrue() : now.whenFalse();
                case 0x45 -> at += (a & k) != 0 ? now.whenTrue() : now.whenFalse();
                case 0x35 -> at += a >= k ? now.whenTrue() : now.whenFalse();
                case 0x06 -> {
                    return k != 0;
                }
                default -> throw new AssertionError("unknown instruction " + now);
            }
        }
    }

    /** SKF_AD_NLATTR: where the attribute is, 0 for nowhere. */
    private static long attribute(byte[] message, int from, int type) {
        ByteBuffer host = Corpus.buffer(message);
        for (int at = from; at + 4 <= message.length; ) {
            if ((host.getShort(at + 2) & Wire.ATTRIBUTE_TYPE_MASK) == type) {
                return at;
            }
            at += Wire.aligned(Wire.u16(host, at));
        }
        return 0;
    }
}
