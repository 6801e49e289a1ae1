package io.drover.conntrack.internal;

import io.drover.api.kernel.KernelException;
import io.drover.api.kernel.NetlinkBatch;
import io.drover.api.kernel.NetlinkClosedException;
import io.drover.api.kernel.NetlinkSocket;
import io.drover.conntrack.internal.codec.ConntrackMessage;
import io.drover.conntrack.internal.codec.Decoder;
import io.drover.conntrack.internal.codec.Decoder.Outcome;
import io.drover.conntrack.internal.codec.Encoder;
import io.drover.conntrack.internal.table.ConnectionTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One request for the entries of one namespace, step by step between drains of the events, so that
 * the events' buffer does not fill meanwhile. The kernel writes the next part while it hands over
 * one, so a step never waits long. One thread.
 */
final class Dump implements AutoCloseable {

    /** How a step ended. */
    enum Step {
        /** There is more to come. */
        RUNNING,
        /** All has been read. */
        WHOLE,
        /** It is not of one moment, or broke off: {@link #reason}. */
        BROKEN
    }

    private static final int REQUEST_BYTES = 64;
    private static final int PATIENCE_MILLIS = 100;
    private static final int SILENCES_MAX = 20;

    private final NetlinkSocket socket;
    private final NetlinkBatch batch;
    private final ConnectionTable table;
    private final Counters counters;
    private final int namespace;
    private final boolean translatedOnly;
    private final Decoder decoder = new Decoder();
    private final ConntrackMessage message = new ConntrackMessage();
    private long entries;
    private int silences;
    private boolean interrupted;
    private String reason = "";

    /**
     * Asks the kernel; its first answer is there at once.
     *
     * @param socket for this dump alone; closed with it
     * @param batch where answers are read into
     * @param namespace the table's number of it
     * @param status bits that entries must all have, 0 for all entries
     * @param translatedOnly whether others are passed over
     */
    Dump(
            NetlinkSocket socket,
            NetlinkBatch batch,
            ConnectionTable table,
            Counters counters,
            int namespace,
            int status,
            boolean translatedOnly)
            throws KernelException, NetlinkClosedException {
        this.socket = socket;
        this.batch = batch;
        this.table = table;
        this.counters = counters;
        this.namespace = namespace;
        this.translatedOnly = translatedOnly;
        ByteBuffer request =
                ByteBuffer.allocateDirect(REQUEST_BYTES).order(ByteOrder.nativeOrder());
        new Encoder().dumpRequest(request, 1, status);
        socket.send(request.flip());
    }

    /** Why it broke. */
    String reason() {
        return reason;
    }

    /** Takes in the next part. */
    Step step() throws KernelException, NetlinkClosedException {
        int count = socket.receive(batch);
        if (count == NetlinkSocket.OVERRUN) {
            return broken("the kernel dropped a part of the answer");
        }
        if (count == 0) {
            silences++;
            if (silences > SILENCES_MAX) {
                return broken("the kernel does not go on to answer");
            }
            socket.await(PATIENCE_MILLIS);
            return Step.RUNNING;
        }
        silences = 0;
        for (int i = 0; i < count; i++) {
            if (batch.truncated(i)) {
                counters.truncated.increment();
                return broken("a part of the answer is longer than its buffer");
            }
            Step step = part(batch.datagram(i));
            if (step != Step.RUNNING) {
                return step;
            }
        }
        return Step.RUNNING;
    }

    private Step part(ByteBuffer datagram) {
        decoder.begin(datagram);
        while (true) {
            Outcome outcome = decoder.next(message);
            switch (outcome) {
                case ENTRY -> {
                    interrupted |= message.dumpInterrupted();
                    if (!translatedOnly || message.translated()) {
                        table.dumped(message, namespace);
                    }
                    entries++;
                }
                case DONE -> {
                    return interrupted || message.dumpInterrupted()
                            ? broken("the kernel's table was rebuilt meanwhile")
                            : Step.WHOLE;
                }
                case ERROR -> {
                    KernelException refused =
                            new KernelException("read the kernel's table", decoder.errno());
                    return broken(refused.getMessage());
                }
                case MALFORMED -> counters.malformed.increment();
                case OTHER -> {
                    // A notice to this port id; nothing of a dump.
                }
                case END -> {
                    return Step.RUNNING;
                }
            }
        }
    }

    private Step broken(String why) {
        reason = why;
        return Step.BROKEN;
    }

    @Override
    public void close() {
        counters.dumpedEntries.add(entries);
        socket.close();
    }
}
