package io.drover.grpc.internal;

import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.ConnectionStream;
import io.drover.api.conntrack.Connections;
import io.drover.proto.v1.ConnectionEvent;
import io.drover.proto.v1.ConnectionsGrpc;
import io.drover.proto.v1.ListConnectionsRequest;
import io.drover.proto.v1.ListConnectionsResponse;
import io.drover.proto.v1.WatchConnectionsRequest;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.StatusException;
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

/**
 * Maps {@link Connections} to {@code drover.v1.Connections}; there as long as the table is. When it
 * goes, its running calls end with UNAVAILABLE; nobody else's do.
 */
@Component(
        service = BindableService.class,
        configurationPid = "io.drover.grpc",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class ConnectionsService extends ConnectionsGrpc.ConnectionsImplBase {

    static final Status GONE =
            Status.UNAVAILABLE.withDescription("the table of connections has gone; call again");
    static final Status UNREADABLE =
            Status.INTERNAL.withDescription("the table of connections cannot be read");

    private static final Duration STOP = Duration.ofMillis(300);

    private final Connections table;
    private final Settings settings;
    private final RunningCalls running = new RunningCalls();
    private final ExecutorService pumps =
            Threads.pool("drover-grpc-stream", Runtime.getRuntime().availableProcessors());
    private final ExecutorService tableReaders;

    @Activate
    public ConnectionsService(@Reference Connections table, GrpcConfig config) {
        this(table, Settings.from(config));
    }

    ConnectionsService(Connections table, Settings settings) {
        this.table = table;
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
                            filter(request.getFilter()),
                            Integer.toUnsignedLong(request.getLimit()),
                            client,
                            settings.tableReaderStallMax(),
                            running);
            client.setOnReadyHandler(call::wake);
            client.setOnCancelHandler(call::wake);
            client.setOnCloseHandler(() -> call.end(GONE));
            begin(call);
            onTableReader(call, () -> running.remove(call));
        } catch (StatusException e) {
            client.onError(e);
        }
    }

    @Override
    public void watchConnections(
            WatchConnectionsRequest request, StreamObserver<ConnectionEvent> observer) {
        ServerCallStreamObserver<ConnectionEvent> client =
                (ServerCallStreamObserver<ConnectionEvent>) observer;
        try {
            ConnectionFilter filter = filter(request.getFilter());
            WatchCall call =
                    new WatchCall(
                            stream(filter), client, pumps, settings.tableReaderStallMax(), running);
            client.setOnReadyHandler(call::wake);
            client.setOnCancelHandler(call::wake);
            client.setOnCloseHandler(() -> call.end(GONE));
            beginOrDrop(call);
            if (request.getIncludeExisting()) {
                onTableReader(() -> call.showThenFollow(table, filter), call::drop);
            } else {
                call.follow();
            }
        } catch (StatusException e) {
            client.onError(e);
        }
    }

    private static ConnectionFilter filter(io.drover.proto.v1.ConnectionFilter message)
            throws StatusException {
        try {
            return ConnectionMessages.filter(message);
        } catch (IllegalArgumentException e) {
            throw Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asException();
        }
    }

    private ConnectionStream stream(ConnectionFilter filter) throws StatusException {
        try {
            return table.stream(filter, settings.streamQueueEvents());
        } catch (IllegalStateException e) {
            throw Status.RESOURCE_EXHAUSTED.withDescription(e.getMessage()).asException();
        }
    }

    private void begin(RunningCalls.Running call) throws StatusException {
        Status verdict = running.add(call);
        if (!verdict.isOk()) {
            throw verdict.asException();
        }
    }

    private void beginOrDrop(WatchCall call) throws StatusException {
        try {
            begin(call);
        } catch (StatusException e) {
            call.drop();
            throw e;
        }
    }

    private void onTableReader(Runnable reading, Runnable refused) throws StatusException {
        try {
            tableReaders.execute(reading);
        } catch (RejectedExecutionException e) {
            refused.run();
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription(
                            "as many clients read the whole table as grpc.table_readers_max"
                                    + " allows: "
                                    + settings.tableReadersMax())
                    .asException();
        }
    }
}
