package io.drover.grpc.internal;

import io.drover.api.metadata.Entry;
import io.drover.api.metadata.Kind;
import io.drover.api.metadata.Metadata;
import io.drover.proto.v1.FindAddressRequest;
import io.drover.proto.v1.FindAddressResponse;
import io.drover.proto.v1.MetadataEvent;
import io.drover.proto.v1.MetadataGrpc;
import io.drover.proto.v1.WatchMetadataRequest;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Maps {@link Metadata} to {@code drover.v1.Metadata}; there as long as it is. Only what comes from
 * the API server is served, not what another agent has told this one.
 */
@Component(service = BindableService.class)
public final class MetadataService extends MetadataGrpc.MetadataImplBase {

    private static final Verdict GONE =
            Verdict.away(
                    Verdict.Reason.SERVICE_AWAY, "the cluster's metadata has gone; call again");
    private static final Duration STOP = Duration.ofMillis(300);

    private final Metadata metadata;
    private final RunningCalls running = new RunningCalls();
    private final ExecutorService pumps =
            Threads.pool("drover-grpc-metadata", Runtime.getRuntime().availableProcessors());

    @Activate
    public MetadataService(@Reference(target = "(!(origin=link))") Metadata metadata) {
        this.metadata = metadata;
    }

    @Deactivate
    void stop() {
        running.endAll(GONE, STOP);
        pumps.shutdownNow();
    }

    @Override
    public void watchMetadata(WatchMetadataRequest request, StreamObserver<MetadataEvent> client) {
        try {
            Set<Kind> kinds = MetadataMessages.kinds(request.getKindsList());
            FeedCall.begin(new MetadataFeed(metadata.stream(kinds)), client, pumps, running);
        } catch (InvalidFieldException e) {
            client.onError(e.verdict().exception());
        } catch (IllegalStateException e) {
            client.onError(
                    Verdict.exhausted(Verdict.Reason.TOO_MANY_READERS, e.getMessage()).exception());
        }
    }

    @Override
    public void findAddress(
            FindAddressRequest request, StreamObserver<FindAddressResponse> client) {
        Optional<InetAddress> address = Addresses.literal(request.getAddress());
        if (address.isEmpty()) {
            client.onError(Verdict.invalid("address", "must be a literal IP address").exception());
            return;
        }
        Optional<Entry> found = metadata.at(address.get());
        if (found.isPresent()) {
            client.onNext(
                    FindAddressResponse.newBuilder()
                            .setEntry(MetadataMessages.entry(found.get()))
                            .build());
            client.onCompleted();
            return;
        }
        Metadata.State state = metadata.state();
        client.onError(
                (state.phase() == Metadata.Phase.LIVE
                                ? Verdict.of(
                                        Status.Code.NOT_FOUND,
                                        Verdict.Reason.NOT_FOUND,
                                        "nobody is known to have the address "
                                                + request.getAddress())
                                : Verdict.away(
                                        Verdict.Reason.SERVICE_AWAY,
                                        "the cluster is not known whole yet: "
                                                + state.phase()
                                                + " "
                                                + state.reason()))
                        .exception());
    }
}
