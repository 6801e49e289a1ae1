package io.drover.grpc.internal;

import com.google.protobuf.Timestamp;
import io.drover.api.agent.Agent;
import io.drover.api.status.State;
import io.drover.api.status.Step;
import io.drover.proto.v1.AgentGrpc;
import io.drover.proto.v1.GetStartupRequest;
import io.drover.proto.v1.GetStartupResponse;
import io.drover.proto.v1.GetStatusRequest;
import io.drover.proto.v1.GetStatusResponse;
import io.drover.proto.v1.GetVersionRequest;
import io.drover.proto.v1.GetVersionResponse;
import io.drover.proto.v1.StepStatus;
import io.drover.proto.v1.SubsystemStatus;
import io.drover.proto.v1.Transition;
import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Maps {@link Agent} to {@code drover.v1.Agent}; there as long as the agent is. */
@Component(service = BindableService.class)
public final class AgentService extends AgentGrpc.AgentImplBase {

    private static final Verdict GONE =
            Verdict.away(
                    Verdict.Reason.SERVICE_AWAY, "the agent's view of itself has gone; try again");

    private final Supplier<Agent> source;
    private final Runnable release;
    private volatile Agent agent;

    /**
     * The agent is fetched at the first call and not before: it knows all subsystems, this bundle's
     * among them, and of two that fetch each other while they are being activated one gets nothing.
     */
    @Activate
    public AgentService(BundleContext context, @Reference ServiceReference<Agent> reference) {
        this(() -> context.getService(reference), () -> context.ungetService(reference));
    }

    AgentService(Supplier<Agent> source, Runnable release) {
        this.source = source;
        this.release = release;
    }

    @Deactivate
    void stop() {
        if (agent != null) {
            release.run();
        }
    }

    @Override
    public void getVersion(GetVersionRequest request, StreamObserver<GetVersionResponse> client) {
        Agent asked = agent();
        if (asked == null) {
            client.onError(GONE.exception());
            return;
        }
        Agent.Identity identity = asked.identity();
        client.onNext(
                GetVersionResponse.newBuilder()
                        .setVersion(identity.version())
                        .setRevision(identity.revision())
                        .setJdk(identity.jdk())
                        .setKaraf(identity.karaf())
                        .setHostname(identity.hostname())
                        .setStartedAt(timestamp(identity.startedAt()))
                        .build());
        client.onCompleted();
    }

    @Override
    public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> client) {
        Agent asked = agent();
        if (asked == null) {
            client.onError(GONE.exception());
            return;
        }
        GetStatusResponse.Builder response =
                GetStatusResponse.newBuilder()
                        .setLive(asked.live())
                        .setReady(asked.ready())
                        .setStarted(asked.started());
        asked.subsystems().forEach(subsystem -> response.addSubsystems(message(subsystem)));
        client.onNext(response.build());
        client.onCompleted();
    }

    @Override
    public void getStartup(GetStartupRequest request, StreamObserver<GetStartupResponse> client) {
        Agent asked = agent();
        if (asked == null) {
            client.onError(GONE.exception());
            return;
        }
        GetStartupResponse.Builder response =
                GetStartupResponse.newBuilder()
                        .setBeganAt(timestamp(asked.identity().startedAt()))
                        .setReady(asked.ready())
                        .setStarted(asked.started());
        asked.subsystems().forEach(subsystem -> response.addSubsystems(withHistory(subsystem)));
        client.onNext(response.build());
        client.onCompleted();
    }

    /** Null while the agent is just going. */
    private synchronized Agent agent() {
        if (agent == null) {
            agent = source.get();
        }
        return agent;
    }

    private static SubsystemStatus message(Agent.SubsystemView view) {
        SubsystemStatus.Builder message =
                SubsystemStatus.newBuilder()
                        .setName(view.name())
                        .setState(message(view.state()))
                        .setSince(timestamp(view.since()))
                        .setReason(view.reason())
                        .setRemedy(view.remedy());
        view.steps().forEach(step -> message.addSteps(message(step)));
        return message.build();
    }

    private static SubsystemStatus withHistory(Agent.SubsystemView view) {
        SubsystemStatus.Builder message = message(view).toBuilder();
        for (int i = 0; i < view.steps().size(); i++) {
            StepStatus.Builder step = message.getStepsBuilder(i);
            view.steps()
                    .get(i)
                    .status()
                    .history()
                    .forEach(
                            each ->
                                    step.addHistory(
                                            Transition.newBuilder()
                                                    .setAt(timestamp(each.at()))
                                                    .setState(message(each.state()))
                                                    .setReason(each.reason())));
        }
        return message.build();
    }

    private static StepStatus message(Step step) {
        return StepStatus.newBuilder()
                .setName(step.name())
                .setTitle(step.title())
                .setState(message(step.status().state()))
                .setSince(timestamp(step.status().since()))
                .setReason(step.status().reason())
                .setRemedy(step.status().remedy())
                .setNeededForReady(step.neededForReady())
                .setAttempts(step.status().attempts())
                .setLastError(step.status().lastError())
                .build();
    }

    private static io.drover.proto.v1.State message(State state) {
        return switch (state) {
            case WAITING -> io.drover.proto.v1.State.STATE_WAITING;
            case STARTING -> io.drover.proto.v1.State.STATE_STARTING;
            case ACTIVE -> io.drover.proto.v1.State.STATE_ACTIVE;
            case DEGRADED -> io.drover.proto.v1.State.STATE_DEGRADED;
            case FAILED -> io.drover.proto.v1.State.STATE_FAILED;
            case SKIPPED -> io.drover.proto.v1.State.STATE_SKIPPED;
        };
    }

    private static Timestamp timestamp(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }
}
