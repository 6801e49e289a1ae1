package io.drover.conntrack.internal;

import io.drover.api.kernel.NetlinkBatch;
import io.drover.conntrack.internal.codec.ConntrackMessage;
import io.drover.conntrack.internal.codec.Decoder;
import io.drover.conntrack.internal.codec.Decoder.Outcome;
import io.drover.conntrack.internal.table.ConnectionTable;
import io.drover.conntrack.internal.top.TopTalkers;

/**
 * Brings events from datagrams into the table and to the streams. One thread; allocates nothing
 * unless a stream is open.
 */
final class Intake {

    private final ConnectionTable table;
    private final Streams streams;
    private final TopTalkers talkers;
    private final Counters counters;
    private final NamespaceMap namespaces;
    private final boolean allNamespaces;

    private final Decoder decoder = new Decoder();
    private final ConntrackMessage message = new ConntrackMessage();
    private boolean translatedOnly;
    private int namespace;
    private long inode;
    private long opened;
    private long updated;
    private long closed;
    private long malformed;
    private long passedOver;
    private long errors;

    Intake(
            ConnectionTable table,
            Streams streams,
            TopTalkers talkers,
            Counters counters,
            NamespaceMap namespaces,
            boolean allNamespaces) {
        this.table = table;
        this.streams = streams;
        this.talkers = talkers;
        this.counters = counters;
        this.namespaces = namespaces;
        this.allNamespaces = allNamespaces;
        this.namespace = namespaces.own();
        this.inode = namespaces.ownInode();
    }

    /**
     * Whether connections that are not translated are passed over, should the kernel tell of them.
     */
    void translatedOnly(boolean only) {
        translatedOnly = only;
    }

    /** Sets the time of what comes next, in seconds of Unix time. */
    void now(long seconds) {
        if (talkers.counting()) {
            synchronized (talkers) {
                talkers.now(seconds);
            }
        }
    }

    /** Takes in the first {@code count} datagrams of a batch. */
    void take(NetlinkBatch batch, int count) {
        if (talkers.counting()) {
            synchronized (talkers) {
                takeAll(batch, count);
            }
        } else {
            takeAll(batch, count);
        }
        count();
    }

    private void takeAll(NetlinkBatch batch, int count) {
        for (int i = 0; i < count; i++) {
            if (batch.truncated(i)) {
                counters.truncated.increment();
                continue;
            }
            if (allNamespaces) {
                namespace = namespaces.number(batch.namespaceId(i));
                inode = table.inode(namespace);
            }
            decoder.begin(batch.datagram(i));
            Outcome outcome = decoder.next(message);
            while (outcome != Outcome.END) {
                switch (outcome) {
                    case ENTRY -> event();
                    case MALFORMED -> malformed++;
                    case ERROR -> errors++;
                    default -> {
                        // Nothing of a connection.
                    }
                }
                outcome = decoder.next(message);
            }
        }
    }

    private void event() {
        if (translatedOnly && !message.translated()) {
            passedOver++;
            return;
        }
        table.event(message, namespace);
        switch (message.kind()) {
            case NEW -> {
                opened++;
                if (talkers.counting()) {
                    talkers.opened(message);
                }
                streams.event(message, inode, true);
            }
            case UPDATE -> updated++;
            case DESTROY -> {
                closed++;
                if (talkers.counting()) {
                    talkers.closed(message);
                }
                streams.event(message, inode, false);
            }
        }
    }

    /** Adds up once for a batch: an adder costs as much as a tenth of an event. */
    private void count() {
        counters.opened.add(opened);
        counters.updated.add(updated);
        counters.closed.add(closed);
        counters.malformed.add(malformed);
        counters.passedOver.add(passedOver);
        counters.messageErrors.add(errors);
        opened = 0;
        updated = 0;
        closed = 0;
        malformed = 0;
        passedOver = 0;
        errors = 0;
    }
}
