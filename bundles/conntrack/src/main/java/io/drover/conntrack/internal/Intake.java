package io.drover.conntrack.internal;

import io.drover.api.kernel.NetlinkBatch;
import io.drover.conntrack.internal.codec.ConntrackMessage;
import io.drover.conntrack.internal.codec.Decoder;
import io.drover.conntrack.internal.codec.Decoder.Outcome;
import io.drover.conntrack.internal.table.ConnectionTable;
import io.drover.conntrack.internal.table.MessageView;

/**
 * Brings events from datagrams into the table and to the streams. One thread; allocates nothing
 * unless a stream is open.
 */
final class Intake {

    private final ConnectionTable table;
    private final Streams streams;
    private final Counters counters;
    private final long namespaceInode;
    private final int namespace;

    private final Decoder decoder = new Decoder();
    private final ConntrackMessage message = new ConntrackMessage();
    private final MessageView view = new MessageView();
    private long opened;
    private long updated;
    private long closed;
    private long malformed;

    Intake(ConnectionTable table, Streams streams, Counters counters, long namespaceInode) {
        this.table = table;
        this.streams = streams;
        this.counters = counters;
        this.namespaceInode = namespaceInode;
        this.namespace = table.namespace(namespaceInode);
    }

    /** Takes in the first {@code count} datagrams of a batch. */
    void take(NetlinkBatch batch, int count) {
        for (int i = 0; i < count; i++) {
            if (batch.truncated(i)) {
                counters.truncated.increment();
                continue;
            }
            decoder.begin(batch.datagram(i));
            Outcome outcome = decoder.next(message);
            while (outcome != Outcome.END) {
                if (outcome == Outcome.ENTRY) {
                    event();
                } else if (outcome == Outcome.MALFORMED) {
                    malformed++;
                }
                outcome = decoder.next(message);
            }
        }
        count();
    }

    private void event() {
        table.event(message, namespace);
        switch (message.kind()) {
            case NEW -> {
                opened++;
                tell(true);
            }
            case UPDATE -> updated++;
            case DESTROY -> {
                closed++;
                tell(false);
            }
        }
    }

    private void tell(boolean isOpened) {
        if (streams.any()) {
            streams.add(view.connection(message, namespaceInode), isOpened);
        }
    }

    /** Adds up once for a batch: an adder costs as much as a tenth of an event. */
    private void count() {
        counters.opened.add(opened);
        counters.updated.add(updated);
        counters.closed.add(closed);
        counters.malformed.add(malformed);
        opened = 0;
        updated = 0;
        closed = 0;
        malformed = 0;
    }
}
