package io.drover.conntrack.internal.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Messages of a real kernel, as {@link CorpusRecorder} wrote them down. */
final class Corpus {

    static final List<String> STORIES =
            List.of(
                    "udp4",
                    "udp6",
                    "redirect4",
                    "dnat4",
                    "dnat6",
                    "zone",
                    "zone-original",
                    "mark",
                    "tcp4",
                    "tcp6",
                    "icmp4",
                    "icmp6",
                    "sctp",
                    "generic",
                    "gre",
                    "dump",
                    "destroy",
                    "accounted",
                    "labelled",
                    "dump-accounted",
                    "destroy-accounted");

    private Corpus() {}

    /** All messages of a story in one buffer. */
    static ByteBuffer story(String name) {
        try (InputStream in = Corpus.class.getResourceAsStream("/corpus/" + name + ".bin")) {
            return buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    /** Every message of every story, each alone. */
    static List<byte[]> messages() {
        List<byte[]> messages = new ArrayList<>();
        for (String name : STORIES) {
            ByteBuffer story = story(name);
            for (int at = 0; at < story.limit(); ) {
                int length = story.getInt(at);
                byte[] message = new byte[length];
                story.get(at, message);
                messages.add(message);
                at += Wire.aligned(length);
            }
        }
        return messages;
    }

    /** A copy as a datagram. */
    static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.allocate(bytes.length).order(ByteOrder.nativeOrder()).put(bytes).flip();
    }
}
