package io.drover.grpc.internal;

import io.drover.api.metadata.Change;
import io.drover.api.metadata.MetadataStream;
import io.drover.proto.v1.MetadataEvent;
import io.drover.proto.v1.ResumePoint;
import java.util.Optional;

/** One reader's place in what is known of the cluster. It has no queue. */
final class MetadataFeed implements Feed<MetadataEvent> {

    private final MetadataStream stream;
    private long sequence;

    MetadataFeed(MetadataStream stream) {
        this.stream = stream;
    }

    @Override
    public MetadataEvent next() {
        Change change = stream.poll();
        return change == null ? null : MetadataMessages.event(change, ++sequence);
    }

    @Override
    public boolean ended() {
        return stream.ended();
    }

    @Override
    public void onReady(Runnable ready) {
        stream.onReady(ready);
    }

    /** Each stream begins with a snapshot, so that there is nothing to resume. */
    @Override
    public Optional<ResumePoint> point() {
        return Optional.empty();
    }

    @Override
    public void close() {
        stream.close();
    }
}
