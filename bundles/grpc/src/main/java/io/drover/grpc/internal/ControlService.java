package io.drover.grpc.internal;

import io.drover.api.config.Finding;
import io.drover.api.config.LiveConfiguration;
import io.drover.api.config.Reload;
import io.drover.api.config.RunTimeSettings;
import io.drover.api.flare.Flares;
import io.drover.proto.v1.ControlGrpc;
import io.drover.proto.v1.FlareChunk;
import io.drover.proto.v1.FlareRequest;
import io.drover.proto.v1.ReloadOutcome;
import io.drover.proto.v1.ReloadRequest;
import io.drover.proto.v1.ReloadResponse;
import io.drover.proto.v1.SetLogLevelRequest;
import io.drover.proto.v1.SetLogLevelResponse;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Maps what changes the running agent to {@code drover.v1.Control}. One change at a time. */
@Component(service = BindableService.class)
public final class ControlService extends ControlGrpc.ControlImplBase {

    private static final Duration CHANGE_MAX = Duration.ofSeconds(20);

    private static final Verdict BUSY =
            Verdict.exhausted(Verdict.Reason.TOO_MANY_CALLS, "another change is being made");

    private static final Verdict NO_FLARES =
            Verdict.away(Verdict.Reason.SERVICE_AWAY, "nobody is there who makes support bundles");

    private final LiveConfiguration configuration;
    private final RunTimeSettings settings;

    private final Supplier<Flares> flares;

    private final ExecutorService thread = Threads.poolWithoutQueue("drover-grpc-control", 1);

    /**
     * Who makes support bundles is fetched at the first call and not before: that is the bundle
     * core, which fetches this bundle's services too, and of two that fetch each other while they
     * are being activated one gets nothing.
     */
    @Activate
    public ControlService(
            BundleContext context,
            @Reference LiveConfiguration configuration,
            @Reference RunTimeSettings settings,
            @Reference(
                            service = Flares.class,
                            cardinality = ReferenceCardinality.OPTIONAL,
                            policyOption = ReferencePolicyOption.GREEDY)
                    ServiceReference<Flares> flares) {
        this(configuration, settings, () -> flares == null ? null : context.getService(flares));
    }

    /**
     * @param flares gives null while nobody makes support bundles
     */
    ControlService(
            LiveConfiguration configuration, RunTimeSettings settings, Supplier<Flares> flares) {
        this.configuration = configuration;
        this.settings = settings;
        this.flares = flares;
    }

    @Deactivate
    void stop() {
        thread.shutdownNow();
    }

    @Override
    public void reload(ReloadRequest request, StreamObserver<ReloadResponse> client) {
        try {
            thread.execute(() -> reloadNow(client));
        } catch (RejectedExecutionException e) {
            client.onError(BUSY.exception());
        }
    }

    private void reloadNow(StreamObserver<ReloadResponse> client) {
        change(
                client,
                () -> {
                    Reload reload = configuration.reload(CHANGE_MAX);
                    ReloadResponse.Builder response =
                            ReloadResponse.newBuilder().setOutcome(outcome(reload.outcome()));
                    reload.changes().stream()
                            .map(change -> change.section() + "." + change.key())
                            .forEach(response::addChanged);
                    reload.findings().stream()
                            .map(Finding::sentence)
                            .forEach(response::addFindings);
                    return response.build();
                });
    }

    @Override
    public void setLogLevel(
            SetLogLevelRequest request, StreamObserver<SetLogLevelResponse> client) {
        try {
            LogLevel level = LogLevel.of(request);
            thread.execute(
                    () ->
                            change(
                                    client,
                                    () -> level.apply(settings, Clock.systemUTC(), CHANGE_MAX)));
        } catch (InvalidFieldException e) {
            client.onError(e.verdict().exception());
        } catch (RejectedExecutionException e) {
            client.onError(BUSY.exception());
        }
    }

    /** Makes one change and answers with what came of it. */
    private static <A> void change(StreamObserver<A> client, Change<A> change) {
        try {
            client.onNext(change.make());
            client.onCompleted();
        } catch (InvalidFieldException e) {
            client.onError(e.verdict().exception());
        } catch (TimeoutException e) {
            client.onError(
                    Verdict.of(
                                    Status.Code.DEADLINE_EXCEEDED,
                                    Verdict.Reason.TIME_OVER,
                                    "the change is not made yet; it may still happen")
                            .exception());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            client.onError(
                    Verdict.away(Verdict.Reason.SERVER_STOPPING, "the server is being stopped")
                            .exception());
        } catch (IllegalStateException e) {
            client.onError(Verdict.away(Verdict.Reason.SERVICE_AWAY, e.getMessage()).exception());
        }
    }

    private interface Change<A> {
        A make() throws InvalidFieldException, TimeoutException, InterruptedException;
    }

    @Override
    public void flare(FlareRequest request, StreamObserver<FlareChunk> client) {
        Flares maker = flares.get();
        if (maker == null) {
            client.onError(NO_FLARES.exception());
            return;
        }
        FlareCall call = new FlareCall(maker, (ServerCallStreamObserver<FlareChunk>) client);
        try {
            thread.execute(call);
        } catch (RejectedExecutionException e) {
            client.onError(BUSY.exception());
        }
    }

    private static ReloadOutcome outcome(Reload.Outcome outcome) {
        return switch (outcome) {
            case APPLIED -> ReloadOutcome.RELOAD_OUTCOME_APPLIED;
            case UNCHANGED -> ReloadOutcome.RELOAD_OUTCOME_UNCHANGED;
            case REFUSED -> ReloadOutcome.RELOAD_OUTCOME_REFUSED;
        };
    }
}
