package io.drover.grpc.internal;

import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.ConnectionStream;
import io.drover.api.conntrack.Connections;
import io.drover.api.conntrack.Resolution;
import io.drover.api.conntrack.StreamPosition;
import io.drover.api.conntrack.Translations;
import io.drover.proto.v1.ConnectionEvent;
import io.drover.proto.v1.ConnectionsGrpc;
import io.drover.proto.v1.ListConnectionsRequest;
import io.drover.proto.v1.ListConnectionsResponse;
import io.drover.proto.v1.ResolveNatRequest;
import io.drover.proto.v1.ResolveNatResponse;
import io.drover.proto.v1.ResumePoint;
import io.drover.proto.v1.WatchConnectionsRequest;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Maps {@link Connections} to {@code drover.v1.Connections}; there as long as the table is. When it
 * goes, its running calls end with UNAVAILABLE and, where they are streams, with the point from
 * which the table's next instance goes on; nobody else's do.
 */
@Component(
        service = BindableService.class,
        configurationPid = "io.drover.grpc",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class ConnectionsService extends ConnectionsGrpc.ConnectionsImplBase {

    static final Verdict GONE =
            Verdict.away(
                    Verdict.Reason.SERVICE_AWAY, "the table of connections has gone; call again");
    static final Verdict UNREADABLE =
            Verdict.of(
                    Status.Code.INTERNAL,
                    Verdict.Reason.INTERNAL,
                    "the table of connections cannot be read");

    private static final Duration STOP = Duration.ofMillis(300);

    private final Connections table;

    /** Null while nobody resolves addresses. */
    private final Translations translations;

    private final Settings settings;
    private final RunningCalls running = new RunningCalls();
    private final ExecutorService pumps =
            Threads.pool("drover-grpc-stream", Runtime.getRuntime().availableProcessors());
    private final ExecutorService tableReaders;

    @Activate
    public ConnectionsService(
            @Reference Connections table,
            @Reference(
                            cardinality = ReferenceCardinality.OPTIONAL,
                            policyOption = ReferencePolicyOption.GREEDY)
                    Translations translations,
            GrpcConfig config) {
        this(table, translations, Settings.from(config));
    }

    ConnectionsService(Connections table, Translations translations, Settings settings) {
        this.table = table;
        this.translations = translations;
        this.settings = settings;
        this.tableReaders =
                Threads.poolWithoutQueue("drover-grpc-table", settings.tableReadersMax());
    }

    @Deactivate
    void stop() {
        running.endAll(GONE, STOP);
        pumps.shutdownNow();
        tableReaders.shutdownNow();
    }

    @Override
    public void listConnections(
            ListConnectionsRequest request, StreamObserver<ListConnectionsResponse> observer) {
        ServerCallStreamObserver<ListConnectionsResponse> client =
                (ServerCallStreamObserver<ListConnectionsResponse>) observer;
        try {
            ListCall call =
                    new ListCall(
                            table,
                            ConnectionMessages.filter(request.getFilter()),
                            Integer.toUnsignedLong(request.getLimit()),
                            client,
                            settings.tableReaderStallMax(),
                            running);
            client.setOnReadyHandler(call::wake);
            client.setOnCancelHandler(call::wake);
            client.setOnCloseHandler(() -> call.end(GONE));
            Verdict verdict = running.add(call);
            if (verdict.isOk()) {
                verdict = onTableReader(call, () -> running.remove(call));
            }
            if (!verdict.isOk()) {
                client.onError(verdict.exception());
            }
        } catch (InvalidFieldException e) {
            client.onError(e.verdict().exception());
        }
    }

    @Override
    public void resolveNat(ResolveNatRequest request, StreamObserver<ResolveNatResponse> client) {
        Translations asked = translations;
        if (asked == null) {
            client.onError(GONE.exception());
            return;
        }
        try {
            Resolution found =
                    asked.resolve(
                            ConnectionMessages.protocol("protocol", request.getProtocol()),
                            ConnectionMessages.tuple("tuple", request.getTuple()),
                            request.getZone(),
                            request.getNamespace());
            client.onNext(ConnectionMessages.resolution(found));
            client.onCompleted();
        } catch (InvalidFieldException e) {
            client.onError(e.verdict().exception());
        }
    }

    @Override
    public void watchConnections(
            WatchConnectionsRequest request, StreamObserver<ConnectionEvent> observer) {
        ServerCallStreamObserver<ConnectionEvent> client =
                (ServerCallStreamObserver<ConnectionEvent>) observer;
        try {
            ConnectionFilter filter = ConnectionMessages.filter(request.getFilter());
            if (request.hasResume() && request.getIncludeExisting()) {
                throw new InvalidFieldException(
                        "resume", "must not be given together with include_existing");
            }
            Verdict verdict = watch(request, filter, client);
            if (!verdict.isOk()) {
                client.onError(verdict.exception());
            }
        } catch (InvalidFieldException e) {
            client.onError(e.verdict().exception());
        }
    }

    private Verdict watch(
            WatchConnectionsRequest request,
            ConnectionFilter filter,
            ServerCallStreamObserver<ConnectionEvent> client) {
        ResumePoint begin;
        ConnectionStream stream;
        try {
            // Asked before the stream is open: from there on it can only repeat, never miss.
            begin = begin(request);
            stream = open(filter, request);
        } catch (IllegalStateException e) {
            return Verdict.exhausted(Verdict.Reason.TOO_MANY_READERS, e.getMessage());
        }
        WatchCall call =
                new WatchCall(
                        stream, begin, client, pumps, settings.tableReaderStallMax(), running);
        client.setOnReadyHandler(call::wake);
        client.setOnCancelHandler(call::wake);
        client.setOnCloseHandler(() -> call.end(GONE));
        Verdict verdict = running.add(call);
        if (!verdict.isOk()) {
            call.drop();
            return verdict;
        }
        if (request.getIncludeExisting()) {
            return onTableReader(() -> call.showThenFollow(table, filter), call::drop);
        }
        call.follow();
        return Verdict.OK;
    }

    private ConnectionStream open(ConnectionFilter filter, WatchConnectionsRequest request) {
        int queue = settings.streamQueueEvents();
        if (!request.hasResume()) {
            return table.stream(filter, queue);
        }
        ResumePoint after = request.getResume();
        return table.stream(
                filter, queue, new StreamPosition(after.getEpoch(), after.getPosition()));
    }

    /**
     * Of a numbering that is over only the client's own sequence goes on. While the table does not
     * know its numbering yet, the client's is taken; the stream tells if it is another one.
     */
    private ResumePoint begin(WatchConnectionsRequest request) {
        StreamPosition now = table.position();
        if (request.hasResume()
                && (request.getResume().getEpoch() == now.epoch()
                        || now.equals(StreamPosition.UNKNOWN))) {
            return request.getResume();
        }
        return ResumePoint.newBuilder()
                .setEpoch(now.epoch())
                .setPosition(now.number())
                .setSequence(request.getResume().getSequence())
                .build();
    }

    private Verdict onTableReader(Runnable reading, Runnable refused) {
        try {
            tableReaders.execute(reading);
            return Verdict.OK;
        } catch (RejectedExecutionException e) {
            refused.run();
            return Verdict.exhausted(
                    Verdict.Reason.TOO_MANY_READERS,
                    "as many clients read the whole table as grpc.table_readers_max allows: "
                            + settings.tableReadersMax());
        }
    }
}
