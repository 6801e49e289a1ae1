package io.drover.link.internal;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.drover.api.security.TlsIdentity;
import io.drover.proto.v1.AutoscalingGrpc;
import io.drover.proto.v1.ConnectionEvent;
import io.drover.proto.v1.ConnectionsGrpc;
import io.drover.proto.v1.DecisionEvent;
import io.drover.proto.v1.ExplainAutoscalerRequest;
import io.drover.proto.v1.ExplainAutoscalerResponse;
import io.drover.proto.v1.MetadataEntry;
import io.drover.proto.v1.MetadataEvent;
import io.drover.proto.v1.MetadataGrpc;
import io.drover.proto.v1.PodEntry;
import io.drover.proto.v1.ResumePoint;
import io.drover.proto.v1.SnapshotBegin;
import io.drover.proto.v1.SnapshotComplete;
import io.drover.proto.v1.Synced;
import io.drover.proto.v1.WatchConnectionsRequest;
import io.drover.proto.v1.WatchDecisionsRequest;
import io.drover.proto.v1.WatchMetadataRequest;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A replica of the cluster agent as a client sees it, over real TLS: a snapshot and then changes,
 * and events that can be resumed. It ends streams and connections when a test says so.
 */
final class ClusterAgent implements AutoCloseable {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<com.google.rpc.Status> DETAILS =
            Metadata.Key.of(
                    "grpc-status-details-bin",
                    ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

    /** Shared by the replicas of one test, as the cluster is. */
    static final class Journal {
        private final List<Long> events = new ArrayList<>();
        private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

        synchronized void add(int count) {
            for (int i = 0; i < count; i++) {
                events.add((long) events.size() + 1);
            }
            watches.forEach(Watch::push);
        }

        synchronized int size() {
            return events.size();
        }
    }

    final Set<StreamObserver<MetadataEvent>> metadataStreams = ConcurrentHashMap.newKeySet();
    final Set<StreamObserver<DecisionEvent>> decisionStreams = ConcurrentHashMap.newKeySet();

    /** Questions for the leader that came here. */
    final AtomicInteger asked = new AtomicInteger();

    volatile boolean leads;

    /** Whether it has read the cluster; else it begins snapshots and sends nothing of them. */
    private boolean hasRead = true;

    private final List<StreamObserver<MetadataEvent>> waiting = new ArrayList<>();
    private final Journal journal;
    private final List<String> pods;
    private final Server server;

    ClusterAgent(TlsIdentity identity, String token, Journal journal, List<String> pods) {
        this.journal = journal;
        this.pods = pods;
        try {
            server =
                    NettyServerBuilder.forAddress(
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                            .sslContext(
                                    GrpcSslContexts.configure(
                                                    SslContextBuilder.forServer(
                                                            identity.key(),
                                                            identity.chain()
                                                                    .toArray(
                                                                            X509Certificate[]
                                                                                    ::new)))
                                            .build())
                            .intercept(new TokenCheck("Bearer " + token))
                            .addService(new MetadataSide())
                            .addService(new ConnectionsSide())
                            .addService(new AutoscalingSide())
                            .build()
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getPort();
    }

    /** It has not read the cluster yet: a snapshot that is asked for is begun and no more. */
    synchronized void hasNotRead() {
        hasRead = false;
    }

    /** It has read the cluster now. */
    synchronized void reads() {
        hasRead = true;
        waiting.forEach(this::sendSnapshot);
        waiting.clear();
    }

    /** How many have a snapshot that is begun and no more. */
    synchronized int waiting() {
        return waiting.size();
    }

    private void sendSnapshot(StreamObserver<MetadataEvent> client) {
        pods.forEach(pod -> client.onNext(MetadataEvent.newBuilder().setPut(entry(pod)).build()));
        client.onNext(
                MetadataEvent.newBuilder()
                        .setComplete(SnapshotComplete.getDefaultInstance())
                        .build());
        metadataStreams.add(client);
    }

    void put(String pod) {
        metadataStreams.forEach(
                stream -> {
                    synchronized (stream) {
                        stream.onNext(MetadataEvent.newBuilder().setPut(entry(pod)).build());
                    }
                });
    }

    /** Its services are replaced: every stream ends, the connections stay. */
    void endStreams() {
        metadataStreams.forEach(stream -> stream.onError(gone(ResumePoint.getDefaultInstance())));
        metadataStreams.clear();
        journal.watches.forEach(Watch::end);
    }

    private static StatusRuntimeException gone(ResumePoint point) {
        Metadata trailers = new Metadata();
        trailers.put(
                DETAILS,
                com.google.rpc.Status.newBuilder()
                        .setCode(Status.Code.UNAVAILABLE.value())
                        .addDetails(Any.pack(ErrorInfo.newBuilder().setDomain("drover.io").build()))
                        .addDetails(Any.pack(RetryInfo.getDefaultInstance()))
                        .addDetails(Any.pack(point))
                        .build());
        return Status.UNAVAILABLE.withDescription("replaced").asRuntimeException(trailers);
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static MetadataEntry entry(String pod) {
        return MetadataEntry.newBuilder()
                .setNamespace("ns")
                .setName(pod)
                .setPod(PodEntry.newBuilder().addAddresses(pod).setPhase("Running"))
                .build();
    }

    private record TokenCheck(String expected) implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            if (!expected.equals(headers.get(AUTHORIZATION))) {
                call.close(
                        Status.UNAUTHENTICATED.withDescription("no valid token"), new Metadata());
                return new ServerCall.Listener<>() {};
            }
            return next.startCall(call, headers);
        }
    }

    private static StatusRuntimeException follows() {
        Metadata trailers = new Metadata();
        trailers.put(
                DETAILS,
                com.google.rpc.Status.newBuilder()
                        .setCode(Status.Code.UNAVAILABLE.value())
                        .addDetails(
                                Any.pack(
                                        ErrorInfo.newBuilder()
                                                .setDomain("drover.io")
                                                .setReason("NOT_LEADER")
                                                .build()))
                        .build());
        return Status.UNAVAILABLE
                .withDescription("this replica follows")
                .asRuntimeException(trailers);
    }

    private final class AutoscalingSide extends AutoscalingGrpc.AutoscalingImplBase {
        @Override
        public void explainAutoscaler(
                ExplainAutoscalerRequest request,
                StreamObserver<ExplainAutoscalerResponse> client) {
            asked.incrementAndGet();
            if (!leads) {
                client.onError(follows());
                return;
            }
            client.onNext(
                    ExplainAutoscalerResponse.newBuilder()
                            .addSentences("from " + server.getPort())
                            .build());
            client.onCompleted();
        }

        @Override
        public void watchDecisions(
                WatchDecisionsRequest request, StreamObserver<DecisionEvent> client) {
            asked.incrementAndGet();
            if (!leads) {
                client.onError(follows());
                return;
            }
            ((ServerCallStreamObserver<DecisionEvent>) client)
                    .setOnCancelHandler(() -> decisionStreams.remove(client));
            client.onNext(DecisionEvent.newBuilder().setSequence(1).build());
            decisionStreams.add(client);
        }
    }

    private final class MetadataSide extends MetadataGrpc.MetadataImplBase {
        @Override
        public void watchMetadata(
                WatchMetadataRequest request, StreamObserver<MetadataEvent> client) {
            client.onNext(
                    MetadataEvent.newBuilder()
                            .setBegin(SnapshotBegin.getDefaultInstance())
                            .build());
            synchronized (ClusterAgent.this) {
                if (hasRead) {
                    sendSnapshot(client);
                } else {
                    waiting.add(client);
                }
            }
        }
    }

    private final class ConnectionsSide extends ConnectionsGrpc.ConnectionsImplBase {
        @Override
        public void watchConnections(
                WatchConnectionsRequest request, StreamObserver<ConnectionEvent> client) {
            synchronized (journal) {
                Watch watch = new Watch(client, request.getResume());
                journal.watches.add(watch);
                watch.push();
            }
        }
    }

    private final class Watch {
        private final StreamObserver<ConnectionEvent> client;
        private long position;
        private long sequence;
        private boolean over;

        Watch(StreamObserver<ConnectionEvent> client, ResumePoint resume) {
            this.client = client;
            this.position = resume.getPosition();
            this.sequence = resume.getSequence();
            send(ConnectionEvent.newBuilder().setSynced(Synced.newBuilder().setPoint(point())));
        }

        private ResumePoint point() {
            return ResumePoint.newBuilder()
                    .setEpoch(9)
                    .setPosition(position)
                    .setSequence(sequence)
                    .build();
        }

        void push() {
            while (!over && position < journal.events.size()) {
                position++;
                sequence++;
                send(
                        ConnectionEvent.newBuilder()
                                .setPosition(position)
                                .setSequence(sequence)
                                .setOpened(
                                        io.drover.proto.v1.Connection.newBuilder()
                                                .setId(
                                                        (int)
                                                                (long)
                                                                        journal.events.get(
                                                                                (int) position
                                                                                        - 1))));
            }
        }

        void end() {
            synchronized (journal) {
                if (!over) {
                    over = true;
                    journal.watches.remove(this);
                    client.onError(gone(point()));
                }
            }
        }

        private void send(ConnectionEvent.Builder event) {
            try {
                client.onNext(event.build());
            } catch (RuntimeException e) {
                // The client or the connection has gone.
                over = true;
                journal.watches.remove(this);
            }
        }
    }
}
