package io.drover.conntrack.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.conntrack.internal.codec.ConntrackMessage.Kind;
import io.drover.conntrack.internal.codec.Decoder.Outcome;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CodecTest {

    private static final int ROOM = 512;
    private final Decoder decoder = new Decoder();
    private final Encoder encoder = new Encoder();

    static List<String> stories() {
        return Corpus.STORIES;
    }

    @ParameterizedTest
    @MethodSource("stories")
    void writesWhatItHasReadOfARealKernel(String story) {
        List<byte[]> entries = entriesOf(Corpus.story(story));

        assertThat(entries).isNotEmpty();
        for (byte[] bytes : entries) {
            ConntrackMessage read = read(bytes);
            byte[] written = write(read);
            if (read.whole()) {
                assertThat(written).isEqualTo(bytes);
            } else {
                assertThat(Described.message(read(written))).isEqualTo(Described.message(read));
            }
        }
    }

    @Test
    void readsAlikeWhetherTuplesAreTriedAsUsualFirstOrNot() {
        Random random = new Random(11);
        for (byte[] whole : Corpus.messages()) {
            assertReadAlike(whole);
            for (int i = 0; i < 400; i++) {
                byte[] broken = whole.clone();
                broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
                assertReadAlike(broken);
            }
        }
    }

    @Test
    void triesTuplesAsUsualWithSuccessWhereTheyAre() {
        ConntrackMessage message = new ConntrackMessage();
        int usual = 0;
        for (byte[] whole : entriesOf(Corpus.story("udp4"))) {
            int tuple = Wire.BODY + Wire.ATTRIBUTE_BYTES;
            usual += UsualTuple.read(Corpus.buffer(whole), tuple, message.original) == 17 ? 1 : 0;
        }

        assertThat(usual).isEqualTo(entriesOf(Corpus.story("udp4")).size()).isPositive();
        assertThat(message.original.destinationLow).isEqualTo(0x7f000001);
    }

    @Test
    void passesOverNothingInMostOfTheCorpus() {
        long whole =
                Corpus.messages().stream()
                        .filter(bytes -> outcome(bytes) == Outcome.ENTRY && read(bytes).whole())
                        .count();

        assertThat(whole).isGreaterThanOrEqualTo(20);
    }

    @Test
    void readsAnUdpConnectionOfIpv4() {
        assertThat(first("udp4")).isEqualTo("NEW 17 7f000001>7f000001:4711 back :4711 zone 0/0");
    }

    @Test
    void readsAnUdpConnectionOfIpv6() {
        assertThat(first("udp6")).isEqualTo("NEW 17 ::1>::1:4712 back :4712 zone 0/0");
    }

    @Test
    void readsWhereAConnectionWasSentInstead() {
        assertThat(first("redirect4"))
                .isEqualTo("NEW 17 7f000001>7f000001:5353 back :53535 zone 0/0");
        ConntrackMessage message = read(entriesOf(Corpus.story("dnat4")).get(0));
        assertThat(message.original().destinationLow()).isEqualTo(0x0a630001);
        assertThat(message.reply().sourceLow()).isEqualTo(0x7f000009);
        ConntrackMessage six = read(entriesOf(Corpus.story("dnat6")).get(0));
        assertThat(six.ipv6()).isTrue();
        assertThat(six.original().destinationHigh()).isEqualTo(0xfd00L << 48);
        assertThat(six.original().destinationLow()).isEqualTo(0x99);
        assertThat(six.reply().sourceHigh()).isZero();
        assertThat(six.reply().sourceLow()).isEqualTo(1);
    }

    @Test
    void readsZonesOfBothDirectionsAndOfOne() {
        assertThat(first("zone")).endsWith("zone 7/7");
        assertThat(first("zone-original")).endsWith("zone 8/0");
    }

    @Test
    void readsMarkIdStatusAndTimeout() {
        ConntrackMessage message = read(entriesOf(Corpus.story("mark")).get(0));

        assertThat(message.mark()).isEqualTo(0x1234abcd);
        assertThat(message.hasId()).isTrue();
        assertThat(message.id()).isNotZero();
        // IPS_CONFIRMED
        assertThat(message.status() & 8).isEqualTo(8);
        assertThat(message.timeout()).isEqualTo(30);
    }

    @Test
    void readsTheIdTypeAndCodeOfAnEcho() {
        ConntrackMessage four = read(entriesOf(Corpus.story("icmp4")).get(0));
        ConntrackMessage six = read(entriesOf(Corpus.story("icmp6")).get(0));

        assertThat(four.protocol()).isEqualTo(1);
        assertThat(four.original().destinationPort()).isEqualTo(8 << 8);
        assertThat(four.reply().destinationPort()).isZero();
        assertThat(four.original().sourcePort()).isEqualTo(four.reply().sourcePort());
        assertThat(six.protocol()).isEqualTo(58);
        assertThat(six.original().destinationPort()).isEqualTo(128 << 8);
        assertThat(six.reply().destinationPort()).isEqualTo(129 << 8);
    }

    @Test
    void readsTheKeysOfGreAndThePortsOfSctp() {
        assertThat(first("gre")).startsWith("NEW 47 ").contains(":" + 0x456);
        assertThat(first("sctp")).startsWith("NEW 132 ").contains(":10 ");
    }

    @Test
    void readsAProtocolOfWhichTheKernelKnowsNoPorts() {
        assertThat(first("generic")).isEqualTo("NEW 33 a010001>a010002:0 back :0 zone 0/0");
    }

    @Test
    void readsWhatAConnectionCarriedAndWhenItBeganAndEnded() {
        ConntrackMessage gone = read(entriesOf(Corpus.story("destroy-accounted")).get(0));

        assertThat(gone.hasCounters()).isTrue();
        assertThat(gone.originalPackets()).isGreaterThan(2);
        assertThat(gone.originalBytes()).isGreaterThan(40 * gone.originalPackets());
        assertThat(gone.replyPackets()).isGreaterThan(1);
        assertThat(gone.startNanos()).isPositive().isLessThan(gone.stopNanos());
        assertThat(gone.whole()).isTrue();
    }

    @Test
    void readsLabelsAndTheStateOfTcp() {
        ConntrackMessage labelled = read(entriesOf(Corpus.story("labelled")).get(0));
        List<ConntrackMessage> steps =
                entriesOf(Corpus.story("tcp4")).stream().map(this::read).toList();

        assertThat(labelled.labelsFirst()).isEqualTo(1 << 5);
        assertThat(labelled.labelsLast()).isZero();
        assertThat(steps)
                .filteredOn(ConntrackMessage::hasState)
                .extracting(step -> States.name(step.protocol(), step.state()))
                .startsWith("SYN_SENT")
                .contains("ESTABLISHED")
                .doesNotContain("");
    }

    @Test
    void asksForEntriesOfAStatus() {
        ByteBuffer request = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());

        encoder.dumpRequest(request, 7, Decoder.DESTINATION_TRANSLATED);

        assertThat(request.getInt(0)).isEqualTo(request.position()).isEqualTo(36);
        assertThat(Wire.network32(request, 24)).isEqualTo(1 << 5);
        assertThat(Wire.network32(request, 32)).isEqualTo(1 << 5);
    }

    @Test
    void tellsNewFromChangedFromGone() {
        assertThat(kinds("tcp4").get(0)).isEqualTo(Kind.NEW);
        assertThat(kinds("tcp4").subList(1, kinds("tcp4").size())).containsOnly(Kind.UPDATE);
        assertThat(kinds("destroy")).containsOnly(Kind.DESTROY).hasSizeGreaterThan(10);
    }

    @Test
    void tellsADumpFromEventsAndItsEnd() {
        ByteBuffer dump = Corpus.story("dump");
        decoder.begin(dump);
        ConntrackMessage message = new ConntrackMessage();
        List<Outcome> outcomes = new ArrayList<>();
        for (Outcome outcome = decoder.next(message);
                outcome != Outcome.END;
                outcome = decoder.next(message)) {
            outcomes.add(outcome);
            if (outcome == Outcome.ENTRY) {
                assertThat(message.ofDump()).isTrue();
                assertThat(message.kind()).isEqualTo(Kind.NEW);
            }
        }

        assertThat(outcomes).containsOnly(Outcome.ENTRY, Outcome.DONE);
        assertThat(outcomes.get(outcomes.size() - 1)).isEqualTo(Outcome.DONE);
    }

    @Test
    void readsTheErrorOfARefusedRequest() {
        ByteBuffer refusal = ByteBuffer.allocate(36).order(ByteOrder.nativeOrder());
        refusal.putInt(36).putShort((short) Wire.NLMSG_ERROR).putShort((short) 0);
        refusal.putInt(1).putInt(2).putInt(-1).position(36).flip();

        decoder.begin(refusal);

        assertThat(decoder.next(new ConntrackMessage())).isEqualTo(Outcome.ERROR);
        assertThat(decoder.errno()).isEqualTo(1);
    }

    @Test
    void asksForAllEntriesOfAllFamilies() {
        ByteBuffer request = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());

        encoder.dumpRequest(request, 7);

        assertThat(request.position()).isEqualTo(20);
        assertThat(request.getInt(0)).isEqualTo(20);
        assertThat(request.getShort(4)).isEqualTo((short) 0x101);
        assertThat(request.getShort(6)).isEqualTo((short) 0x301);
        assertThat(request.getInt(8)).isEqualTo(7);
    }

    @Test
    void refusesABufferOfTheWrongByteOrder() {
        ByteOrder wrong =
                ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                        ? ByteOrder.BIG_ENDIAN
                        : ByteOrder.LITTLE_ENDIAN;

        assertThatThrownBy(() -> decoder.begin(ByteBuffer.allocate(20).order(wrong)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void callsEveryCutMessageMalformed() {
        for (byte[] whole : Corpus.messages()) {
            if (outcome(whole) != Outcome.ENTRY) {
                continue;
            }
            for (int length = 1; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThat(outcome(cut)).isEqualTo(Outcome.MALFORMED);
            }
        }
    }

    @Test
    void goesOnBehindAMalformedMessage() {
        byte[] good = entriesOf(Corpus.story("udp4")).get(0);
        byte[] bad = good.clone();
        // The length of CTA_TUPLE_ORIG.
        bad[20] = 3;
        bad[21] = 0;
        ByteBuffer both = ByteBuffer.allocate(2 * good.length).order(ByteOrder.nativeOrder());
        both.put(bad).put(good).flip();

        decoder.begin(both);

        ConntrackMessage message = new ConntrackMessage();
        assertThat(decoder.next(message)).isEqualTo(Outcome.MALFORMED);
        assertThat(decoder.next(message)).isEqualTo(Outcome.ENTRY);
        assertThat(decoder.next(message)).isEqualTo(Outcome.END);
    }

    /** A read outside of the datagram would throw: its limit is the last byte. */
    @Test
    void neitherThrowsNorLoopsOnMutatedMessages() {
        Random random = new Random(20261122);
        List<byte[]> corpus = Corpus.messages();
        ConntrackMessage message = new ConntrackMessage();
        Set<Outcome> seen = EnumSet.noneOf(Outcome.class);
        for (int i = 0; i < 400_000; i++) {
            ByteBuffer mutant =
                    Corpus.buffer(mutate(corpus.get(random.nextInt(corpus.size())), random));
            decoder.begin(mutant);
            int steps = 0;
            Outcome outcome;
            do {
                outcome = decoder.next(message);
                seen.add(outcome);
                if (outcome == Outcome.ENTRY) {
                    assertThat(Described.message(read(write(message))))
                            .isEqualTo(Described.message(message));
                }
                if (outcome == Outcome.ERROR) {
                    assertThat(decoder.errno()).isPositive();
                }
                steps++;
            } while (outcome != Outcome.END);
            assertThat(steps).isLessThanOrEqualTo(mutant.limit() / Wire.HEADER_BYTES + 2);
        }
        // All of them were really met.
        assertThat(seen).containsExactlyInAnyOrder(Outcome.values());
    }

    private static byte[] mutate(byte[] message, Random random) {
        byte[] mutant =
                random.nextInt(4) == 0
                        ? Arrays.copyOf(message, random.nextInt(message.length + 8))
                        : message.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes && mutant.length > 0; i++) {
            // Half of them near the start, where the lengths and types are.
            int bound = random.nextBoolean() ? Math.min(mutant.length, 32) : mutant.length;
            mutant[random.nextInt(bound)] = (byte) random.nextInt(random.nextBoolean() ? 8 : 256);
        }
        return mutant;
    }

    private Outcome outcome(byte[] message) {
        decoder.begin(Corpus.buffer(message));
        return decoder.next(new ConntrackMessage());
    }

    private ConntrackMessage read(byte[] bytes) {
        Decoder fresh = new Decoder();
        fresh.begin(Corpus.buffer(bytes));
        ConntrackMessage message = new ConntrackMessage();
        assertThat(fresh.next(message)).isEqualTo(Outcome.ENTRY);
        return message;
    }

    private byte[] write(ConntrackMessage message) {
        ByteBuffer into = ByteBuffer.allocate(ROOM).order(ByteOrder.nativeOrder());
        encoder.entry(message, into);
        byte[] bytes = new byte[into.position()];
        into.get(0, bytes);
        return bytes;
    }

    private static List<byte[]> entriesOf(ByteBuffer story) {
        List<byte[]> entries = new ArrayList<>();
        for (int at = 0; at < story.limit(); ) {
            int length = story.getInt(at);
            if (Wire.u16(story, at + Wire.HEADER_TYPE) >>> 8 == Wire.NFNL_SUBSYS_CTNETLINK) {
                byte[] entry = new byte[length];
                story.get(at, entry);
                entries.add(entry);
            }
            at += Wire.aligned(length);
        }
        return entries;
    }

    private List<Kind> kinds(String story) {
        return entriesOf(Corpus.story(story)).stream().map(bytes -> read(bytes).kind()).toList();
    }

    private String first(String story) {
        ConntrackMessage message = read(entriesOf(Corpus.story(story)).get(0));
        return message.kind()
                + " "
                + message.protocol()
                + " "
                + address(message, message.original().sourceHigh(), message.original().sourceLow())
                + ">"
                + address(
                        message,
                        message.original().destinationHigh(),
                        message.original().destinationLow())
                + ":"
                + message.original().destinationPort()
                + " back :"
                + message.reply().sourcePort()
                + " zone "
                + message.original().zone()
                + "/"
                + message.reply().zone();
    }

    private static String address(ConntrackMessage message, long high, long low) {
        if (!message.ipv6()) {
            return Long.toHexString(low);
        }
        return (high == 0 ? "" : Long.toHexString(high)) + "::" + Long.toHexString(low);
    }

    private static void assertReadAlike(byte[] bytes) {
        assertThat(Described.datagram(new Decoder(true), bytes))
                .isEqualTo(Described.datagram(new Decoder(false), bytes));
    }
}
