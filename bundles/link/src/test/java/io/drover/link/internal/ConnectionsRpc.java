package io.drover.link.internal;

import io.drover.proto.v1.ConnectionEvent;
import io.drover.proto.v1.ConnectionsGrpc;
import io.drover.proto.v1.ResumePoint;
import io.drover.proto.v1.WatchConnectionsRequest;
import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.stub.ClientResponseObserver;
import java.util.Optional;

/** {@code Connections.WatchConnections}, which goes on where a former stream ended. */
record ConnectionsRpc(CallCredentials token)
        implements Rpc<WatchConnectionsRequest, ConnectionEvent> {

    @Override
    public void call(
            Channel channel,
            Optional<ResumePoint> after,
            ClientResponseObserver<WatchConnectionsRequest, ConnectionEvent> observer) {
        WatchConnectionsRequest.Builder request = WatchConnectionsRequest.newBuilder();
        after.ifPresent(request::setResume);
        ConnectionsGrpc.newStub(channel)
                .withCallCredentials(token)
                .watchConnections(request.build(), observer);
    }

    @Override
    public long sequence(ConnectionEvent message) {
        return message.getSequence();
    }

    @Override
    public Optional<ResumePoint> point(ConnectionEvent message, Optional<ResumePoint> before) {
        if (message.hasSynced()) {
            return Optional.of(message.getSynced().getPoint());
        }
        return before.map(
                point ->
                        point.toBuilder()
                                .setPosition(message.getPosition())
                                .setSequence(message.getSequence())
                                .build());
    }
}
