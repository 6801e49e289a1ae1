package io.drover.conntrack.internal.codec;

import io.drover.conntrack.internal.codec.Decoder.Outcome;
import java.util.ArrayList;
import java.util.List;

/** All that was read, as text to be compared. */
final class Described {

    private Described() {}

    /** Everything that a decoder finds in a datagram. */
    static List<String> datagram(Decoder decoder, byte[] bytes) {
        List<String> found = new ArrayList<>();
        ConntrackMessage message = new ConntrackMessage();
        decoder.begin(Corpus.buffer(bytes));
        Outcome outcome = decoder.next(message);
        while (outcome != Outcome.END) {
            found.add(outcome == Outcome.ENTRY ? message(message) : outcome.toString());
            outcome = decoder.next(message);
        }
        return found;
    }

    /** All values. */
    static String message(ConntrackMessage m) {
        return List.of(
                        m.kind,
                        m.flags,
                        m.sequence,
                        m.port,
                        m.ipv6,
                        m.protocol,
                        direction(m.original),
                        direction(m.reply),
                        m.present & ~(ConntrackMessage.OTHERS | ConntrackMessage.USE),
                        m.status,
                        m.timeout,
                        m.mark,
                        m.id)
                .toString();
    }

    private static String direction(Direction d) {
        return List.of(
                        d.sourceHigh,
                        d.sourceLow,
                        d.destinationHigh,
                        d.destinationLow,
                        d.sourcePort,
                        d.destinationPort,
                        d.zone)
                .toString();
    }
}
