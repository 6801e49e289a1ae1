package io.drover.link.internal;

import io.drover.proto.v1.MetadataEvent;
import io.drover.proto.v1.MetadataGrpc;
import io.drover.proto.v1.ResumePoint;
import io.drover.proto.v1.WatchMetadataRequest;
import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.stub.ClientResponseObserver;
import java.util.Optional;

/** {@code Metadata.WatchMetadata}: each stream begins with a snapshot, there is no going on. */
record MetadataRpc(CallCredentials token) implements Rpc<WatchMetadataRequest, MetadataEvent> {

    @Override
    public void call(
            Channel channel,
            Optional<ResumePoint> after,
            ClientResponseObserver<WatchMetadataRequest, MetadataEvent> observer) {
        MetadataGrpc.newStub(channel)
                .withCallCredentials(token)
                .watchMetadata(WatchMetadataRequest.getDefaultInstance(), observer);
    }

    @Override
    public long sequence(MetadataEvent message) {
        return message.getSequence();
    }

    @Override
    public Optional<ResumePoint> point(MetadataEvent message, Optional<ResumePoint> before) {
        return Optional.empty();
    }
}
