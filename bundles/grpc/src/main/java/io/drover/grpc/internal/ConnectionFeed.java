package io.drover.grpc.internal;

import io.drover.api.conntrack.ConnectionStream;
import io.drover.proto.v1.ConnectionEvent;
import io.drover.proto.v1.ResumePoint;
import java.util.Optional;

/**
 * The events of one stream of the table as messages, numbered in the client's stream. What waits
 * does so in the table's bounded queue.
 */
final class ConnectionFeed implements Feed<ConnectionEvent> {

    private final ConnectionStream stream;
    private final long sequenceBefore;

    /** Written by the thread that reads, which also asks for the point. */
    private long epoch;

    private long position;

    private long sequence;

    /**
     * @param begin where the client's stream begins
     */
    ConnectionFeed(ConnectionStream stream, ResumePoint begin) {
        this.stream = stream;
        this.epoch = begin.getEpoch();
        this.sequenceBefore = begin.getSequence();
        this.position = begin.getPosition();
        this.sequence = begin.getSequence();
    }

    @Override
    public ConnectionEvent next() {
        io.drover.api.conntrack.ConnectionEvent event = stream.poll();
        if (event == null) {
            return null;
        }
        ConnectionEvent message =
                ConnectionMessages.event(event, sequenceBefore + event.sequence());
        epoch = stream.epoch();
        position = message.getPosition();
        sequence = message.getSequence();
        return message;
    }

    @Override
    public boolean ended() {
        return stream.ended();
    }

    @Override
    public void onReady(Runnable ready) {
        stream.onReady(ready);
    }

    @Override
    public Optional<ResumePoint> point() {
        return Optional.of(
                ResumePoint.newBuilder()
                        .setEpoch(epoch)
                        .setPosition(position)
                        .setSequence(sequence)
                        .build());
    }

    @Override
    public void close() {
        stream.close();
    }
}
