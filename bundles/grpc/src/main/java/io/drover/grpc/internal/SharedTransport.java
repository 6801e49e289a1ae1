package io.drover.grpc.internal;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.SettableFuture;
import io.drover.api.http.Guest;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.InternalChannelz.SocketOptions;
import io.grpc.InternalChannelz.SocketStats;
import io.grpc.InternalInstrumented;
import io.grpc.InternalLogId;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.SecurityLevel;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.internal.GrpcAttributes;
import io.grpc.internal.InternalServer;
import io.grpc.internal.ServerListener;
import io.grpc.internal.ServerTransport;
import io.grpc.internal.ServerTransportListener;
import io.grpc.internal.StatsTraceContext;
import io.grpc.internal.TransportFrameUtil;
import io.grpc.internal.TransportTracer;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;

/**
 * grpc-java's transport for calls that come by the listener of the bundle http: one for all, since
 * connections are that bundle's. The same interfaces as those of grpc-java's own transports (its
 * Netty, servlet and in-process ones), so that calls are the same from there on. Any thread.
 */
final class SharedTransport implements InternalServer, ServerTransport, Guest {

    /** The certificates that the client of a call has shown, leaf first. */
    static final Attributes.Key<List<X509Certificate>> PEER =
            Attributes.Key.create("io.drover.grpc.peer");

    private static final SocketAddress NOWHERE =
            new SocketAddress() {
                private static final long serialVersionUID = 1L;

                @Override
                public String toString() {
                    return "the API listener";
                }
            };

    private static final Status UNREADABLE =
            Status.INVALID_ARGUMENT.withDescription("a value of the metadata cannot be read");

    private static final Status STOPPING =
            Status.UNAVAILABLE.withDescription("the server is being stopped; try again");

    private final Manners manners;
    private final int messageMaxBytes;
    private final List<? extends ServerStreamTracer.Factory> tracers;
    private final ScheduledExecutorService timer;
    private final InternalLogId id = InternalLogId.allocate(SharedTransport.class, null);
    private final Set<SharedStream> open = ConcurrentHashMap.newKeySet();
    private ServerListener server;
    private ServerTransportListener calls;
    private Attributes attributes;

    /** Guarded by this. */
    private boolean ending;

    private boolean terminated;

    /**
     * @param timer for deadlines
     */
    SharedTransport(
            Manners manners,
            int messageMaxBytes,
            List<? extends ServerStreamTracer.Factory> tracers,
            ScheduledExecutorService timer) {
        this.manners = manners;
        this.messageMaxBytes = messageMaxBytes;
        this.tracers = tracers;
        this.timer = timer;
    }

    @Override
    public Manners manners() {
        return manners;
    }

    @Override
    public Incoming open(Opening opening, Outgoing answer) {
        String path = opening.path();
        String method = path.startsWith("/") ? path.substring(1) : path;
        Metadata headers;
        try {
            headers = metadata(opening.fields());
        } catch (IllegalArgumentException e) {
            // A binary value that is no base64. Not told in the log, which anybody could fill.
            answer.finish(SharedStream.statusAlone(UNREADABLE));
            return new Refused();
        }
        StatsTraceContext stats = StatsTraceContext.newServerContext(tracers, method, headers);
        SharedStream stream =
                new SharedStream(
                        answer,
                        attributes(opening),
                        opening.authority().isEmpty() ? null : opening.authority(),
                        messageMaxBytes,
                        stats,
                        this::ended);
        if (!enter(stream)) {
            answer.finish(SharedStream.statusAlone(STOPPING));
            return new Refused();
        }
        calls.streamCreated(stream, method, headers);
        return stream.begin();
    }

    /** Hears of a call that came to nobody. */
    private static final class Refused implements Incoming {

        @Override
        public void received(ByteBuffer bytes, boolean last) {
            // Nothing is asked for.
        }

        @Override
        public void sent(long bytes) {
            // Nobody waits for it.
        }

        @Override
        public void done() {
            // There was nothing to end.
        }

        @Override
        public void broken(Throwable why) {
            // There was nothing to end.
        }
    }

    private synchronized boolean enter(SharedStream stream) {
        return !ending && open.add(stream);
    }

    private Attributes attributes(Opening opening) {
        Attributes.Builder all =
                attributes.toBuilder()
                        .set(PEER, opening.peer())
                        .set(
                                GrpcAttributes.ATTR_SECURITY_LEVEL,
                                SecurityLevel.PRIVACY_AND_INTEGRITY);
        opening.remote().ifPresent(end -> all.set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, end));
        opening.local().ifPresent(end -> all.set(Grpc.TRANSPORT_ATTR_LOCAL_ADDR, end));
        return all.build();
    }

    private static Metadata metadata(List<Field> fields) {
        byte[][] wire = new byte[fields.size() * 2][];
        for (int i = 0; i < fields.size(); i++) {
            wire[2 * i] = fields.get(i).name().getBytes(StandardCharsets.US_ASCII);
            wire[2 * i + 1] = fields.get(i).value().getBytes(StandardCharsets.ISO_8859_1);
        }
        return InternalMetadata.newMetadata(TransportFrameUtil.toRawSerializedHeaders(wire));
    }

    private void ended(SharedStream stream) {
        open.remove(stream);
        terminateWhenEmpty();
    }

    private void terminateWhenEmpty() {
        synchronized (this) {
            if (!ending || terminated || !open.isEmpty()) {
                return;
            }
            terminated = true;
        }
        calls.transportTerminated();
    }

    @Override
    public void start(ServerListener listener) {
        server = listener;
        calls = listener.transportCreated(this);
        attributes = calls.transportReady(Attributes.EMPTY);
    }

    /** Of the server and of its one transport: takes no more calls. */
    @Override
    public void shutdown() {
        boolean first;
        synchronized (this) {
            first = !ending;
            ending = true;
        }
        if (first) {
            server.serverShutdown();
        }
        terminateWhenEmpty();
    }

    @Override
    public void shutdownNow(Status reason) {
        shutdown();
        open.forEach(stream -> stream.cancel(reason));
    }

    @Override
    public ScheduledExecutorService getScheduledExecutorService() {
        return timer;
    }

    @Override
    public SocketAddress getListenSocketAddress() {
        return NOWHERE;
    }

    @Override
    public List<SocketAddress> getListenSocketAddresses() {
        return List.of();
    }

    @Override
    public InternalInstrumented<SocketStats> getListenSocketStats() {
        return null;
    }

    @Override
    public List<InternalInstrumented<SocketStats>> getListenSocketStatsList() {
        return null;
    }

    /** For channelz, which wants a socket. */
    @Override
    public ListenableFuture<SocketStats> getStats() {
        SettableFuture<SocketStats> stats = SettableFuture.create();
        stats.set(
                new SocketStats(
                        new TransportTracer().getStats(),
                        NOWHERE,
                        NOWHERE,
                        new SocketOptions.Builder().build(),
                        null));
        return stats;
    }

    @Override
    public InternalLogId getLogId() {
        return id;
    }
}
