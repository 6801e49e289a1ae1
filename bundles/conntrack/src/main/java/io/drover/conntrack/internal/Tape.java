package io.drover.conntrack.internal;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.StreamPosition;
import io.drover.api.conntrack.Traffic;
import io.drover.conntrack.internal.codec.ConntrackMessage;
import io.drover.conntrack.internal.table.MessageView;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * The numbering of all events, and the last of them in a ring of primitive longs, so that a stream
 * can go on where another ended. Handed from one instance of the bundle to the next as an array,
 * with the socket. Written by the table's thread; {@link #position} is read by any.
 *
 * <p>The ring is made with the first stream: who does not follow does not pay.
 */
final class Tape {

    /** Of the array that is handed over. */
    private static final long VERSION = 2;

    // Version, epoch, number, width of an event, whether events are kept.
    private static final int HEADER = 5;

    // One event in the ring: number, inode, kind, four figures of traffic, then the record.
    private static final int NUMBER = 0;
    private static final int INODE = 1;
    private static final int KIND = 2;
    private static final int TRAFFIC = 3;
    private static final int RECORD = 7;
    private static final int WIDTH = RECORD + MessageView.WIDTH;

    private static final long OPENED = 1;
    private static final long IPV6 = 1 << 1;
    private static final long COUNTED = 1 << 2;

    private final int capacity;
    private long epoch;
    private long number;
    private volatile StreamPosition position = StreamPosition.UNKNOWN;
    private long[] ring;
    private long written;

    /**
     * @param capacity how many events are kept, 0 for none
     */
    Tape(int capacity) {
        this.capacity = capacity;
    }

    /** Goes on where a former instance left off, or begins a numbering of its own. */
    void begin(long[] note) {
        if (note.length >= HEADER && note[0] == VERSION && note[3] == WIDTH) {
            epoch = note[1];
            number = note[2];
            ring = null;
            written = 0;
            if (note[4] != 0) {
                keep();
                takeOver(Arrays.copyOfRange(note, HEADER, note.length));
            }
        } else {
            epoch = new SecureRandom().nextLong();
            number = 0;
            written = 0;
            ring = null;
        }
        publish();
    }

    /** The newest events are at the end of what was handed over; the capacity may be another. */
    private void takeOver(long[] kept) {
        if (ring == null) {
            return;
        }
        int have = kept.length / WIDTH;
        int from = Math.max(0, have - capacity);
        for (int i = from; i < have; i++) {
            System.arraycopy(kept, i * WIDTH, ring, slot(written), WIDTH);
            written++;
        }
    }

    /** What the next instance needs. */
    long[] note() {
        int have = ring == null ? 0 : (int) Math.min(written, capacity);
        long[] note = new long[HEADER + have * WIDTH];
        note[0] = VERSION;
        note[1] = epoch;
        note[2] = number;
        note[3] = WIDTH;
        note[4] = ring == null ? 0 : 1;
        for (int i = 0; i < have; i++) {
            System.arraycopy(ring, slot(written - have + i), note, HEADER + i * WIDTH, WIDTH);
        }
        return note;
    }

    /** Begins to keep events. */
    void keep() {
        if (ring == null && capacity > 0) {
            ring = new long[capacity * WIDTH];
            written = 0;
        }
    }

    /** Whether events are kept, by this instance or because the former one did. */
    boolean keeps() {
        return ring != null;
    }

    /** Numbers one event. */
    long next() {
        return ++number;
    }

    /** Numbers events that were lost. */
    void lost(long count) {
        number += count;
        publish();
    }

    /** Lets readers see the present number. Once for a drain. */
    void publish() {
        if (position.number() != number || position.epoch() != epoch) {
            position = new StreamPosition(epoch, number);
        }
    }

    StreamPosition position() {
        return position;
    }

    /** Keeps the event that was numbered last. */
    void write(ConntrackMessage message, MessageView view, long inode, boolean opened) {
        if (ring == null) {
            return;
        }
        int at = slot(written);
        ring[at + NUMBER] = number;
        ring[at + INODE] = inode;
        ring[at + KIND] =
                (opened ? OPENED : 0)
                        | (message.ipv6() ? IPV6 : 0)
                        | (message.hasCounters() ? COUNTED : 0);
        ring[at + TRAFFIC] = message.originalPackets();
        ring[at + TRAFFIC + 1] = message.originalBytes();
        ring[at + TRAFFIC + 2] = message.replyPackets();
        ring[at + TRAFFIC + 3] = message.replyBytes();
        view.write(message, ring, at + RECORD);
        written++;
    }

    /** Where kept events go. */
    interface Listener {
        void event(long which, Connection connection, boolean opened, Optional<Traffic> traffic);

        /**
         * Events are missing.
         *
         * @param last the number of the last of them
         * @param byKernel whether the kernel had lost them; else they are not kept any more
         */
        void missing(long count, long last, boolean byKernel);
    }

    /**
     * Tells of what came after a place, as far as it is kept, and of what is not.
     *
     * @return false if the place is of another numbering, and then nothing is told
     */
    boolean replay(StreamPosition after, Listener listener) {
        if (after.epoch() != epoch || after.number() > number) {
            return false;
        }
        long have = ring == null ? 0 : Math.min(written, capacity);
        long oldest = have == 0 ? number + 1 : ring[slot(written - have) + NUMBER];
        long told = after.number();
        for (long i = written - have; i < written; i++) {
            int at = slot(i);
            long which = ring[at + NUMBER];
            if (which <= told) {
                continue;
            }
            if (which > told + 1) {
                listener.missing(which - told - 1, which - 1, which != oldest);
            }
            listener.event(
                    which,
                    MessageView.connection(
                            ring, at + RECORD, (ring[at + KIND] & IPV6) != 0, ring[at + INODE]),
                    (ring[at + KIND] & OPENED) != 0,
                    traffic(at));
            told = which;
        }
        if (number > told) {
            listener.missing(number - told, number, have > 0);
        }
        return true;
    }

    private Optional<Traffic> traffic(int at) {
        return (ring[at + KIND] & COUNTED) == 0
                ? Optional.empty()
                : Optional.of(
                        new Traffic(
                                ring[at + TRAFFIC],
                                ring[at + TRAFFIC + 1],
                                ring[at + TRAFFIC + 2],
                                ring[at + TRAFFIC + 3]));
    }

    private int slot(long event) {
        return (int) (event % capacity) * WIDTH;
    }
}
