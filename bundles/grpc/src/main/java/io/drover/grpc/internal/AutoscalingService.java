package io.drover.grpc.internal;

import io.drover.api.autoscaling.Autoscaler;
import io.drover.api.autoscaling.Autoscalers;
import io.drover.proto.v1.AutoscalingGrpc;
import io.drover.proto.v1.DecisionEvent;
import io.drover.proto.v1.DecisionStep;
import io.drover.proto.v1.ExplainAutoscalerRequest;
import io.drover.proto.v1.ExplainAutoscalerResponse;
import io.drover.proto.v1.ListAutoscalersRequest;
import io.drover.proto.v1.ListAutoscalersResponse;
import io.drover.proto.v1.WatchDecisionsRequest;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Maps {@link Autoscalers} to {@code drover.v1.Autoscaling}; there as long as they are. What only
 * the leader can say a follower has it say, and refuses with the leader's name where that is not
 * possible.
 */
@Component(service = BindableService.class)
public final class AutoscalingService extends AutoscalingGrpc.AutoscalingImplBase {

    private static final Verdict GONE =
            Verdict.away(Verdict.Reason.SERVICE_AWAY, "the autoscaling has gone; call again");
    private static final Duration STOP = Duration.ofMillis(300);

    private final AtomicReference<Channel> leader = new AtomicReference<>();
    private final Autoscalers autoscalers;
    private final RunningCalls running = new RunningCalls();
    private final ExecutorService pumps = Threads.pool("drover-grpc-decisions", 1);

    @Activate
    public AutoscalingService(@Reference Autoscalers autoscalers) {
        this.autoscalers = autoscalers;
    }

    @Deactivate
    void stop() {
        running.endAll(GONE, STOP);
        pumps.shutdownNow();
    }

    /** From now on passes on what only the leader can say. */
    @Reference(
            target = "(drover.grpc.to=leader)",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindLeader(Channel channel) {
        leader.set(channel);
    }

    void unbindLeader(Channel channel) {
        leader.compareAndSet(channel, null);
    }

    @Override
    public void listAutoscalers(
            ListAutoscalersRequest request, StreamObserver<ListAutoscalersResponse> client) {
        Autoscalers.Standing standing = autoscalers.standing();
        ListAutoscalersResponse.Builder response =
                ListAutoscalersResponse.newBuilder()
                        .setLeading(standing.leading())
                        .setLeader(standing.leader())
                        .setReason(standing.reason());
        for (Autoscaler each : autoscalers.all()) {
            if (request.getNamespace().isEmpty()
                    || request.getNamespace().equals(each.namespace())) {
                response.addAutoscalers(AutoscalingMessages.autoscaler(each));
            }
        }
        client.onNext(response.build());
        client.onCompleted();
    }

    @Override
    public void explainAutoscaler(
            ExplainAutoscalerRequest request, StreamObserver<ExplainAutoscalerResponse> client) {
        Verdict verdict = present("namespace", request.getNamespace());
        if (verdict.isOk()) {
            verdict = present("name", request.getName());
        }
        if (!verdict.isOk()) {
            client.onError(verdict.exception());
            return;
        }
        Verdict leading = leading();
        if (leading.isOk()) {
            explain(request, client);
        } else {
            passOn(AutoscalingGrpc.getExplainAutoscalerMethod(), request, client, leading);
        }
    }

    private void explain(
            ExplainAutoscalerRequest request, StreamObserver<ExplainAutoscalerResponse> client) {
        autoscalers
                .explain(request.getNamespace(), request.getName())
                .ifPresentOrElse(
                        found -> {
                            client.onNext(message(found));
                            client.onCompleted();
                        },
                        () -> client.onError(missing(request).exception()));
    }

    private static Verdict present(String field, String value) {
        return value.isEmpty() ? Verdict.invalid(field, "must be given, is empty") : Verdict.OK;
    }

    /** What is not known is no proof that it is not there while the list may be incomplete. */
    private Verdict missing(ExplainAutoscalerRequest request) {
        String reason = autoscalers.standing().reason();
        return reason.isEmpty()
                ? Verdict.of(
                        Status.Code.NOT_FOUND,
                        Verdict.Reason.NOT_FOUND,
                        "no autoscaler " + request.getNamespace() + "/" + request.getName())
                : Verdict.away(Verdict.Reason.SERVICE_AWAY, reason);
    }

    private static ExplainAutoscalerResponse message(Autoscalers.Explanation found) {
        ExplainAutoscalerResponse.Builder response =
                ExplainAutoscalerResponse.newBuilder()
                        .setAutoscaler(AutoscalingMessages.autoscaler(found.autoscaler()))
                        .addAllSentences(found.sentences());
        found.decision()
                .ifPresent(each -> response.setDecision(AutoscalingMessages.decision(each)));
        for (Autoscalers.Rule step : found.rules()) {
            response.addSteps(
                    DecisionStep.newBuilder()
                            .setRule(step.name())
                            .setIn(step.in())
                            .setOut(step.out())
                            .setMeasured(step.measured())
                            .setLimit(step.limit()));
        }
        return response.build();
    }

    @Override
    public void watchDecisions(
            WatchDecisionsRequest request, StreamObserver<DecisionEvent> client) {
        Verdict verdict = leading();
        if (verdict.isOk()) {
            FeedCall.begin(
                    new DecisionFeed(autoscalers.decisions(), request), client, pumps, running);
        } else {
            passOn(AutoscalingGrpc.getWatchDecisionsMethod(), request, client, verdict);
        }
    }

    /** Once only: two replicas that each take the other for the leader would go on for ever. */
    private <Q, A> void passOn(
            MethodDescriptor<Q, A> method, Q request, StreamObserver<A> client, Verdict refusal) {
        Channel channel = leader.get();
        if (channel == null || Forwarded.now()) {
            client.onError(refusal.exception());
        } else {
            ForwardedCall.begin(channel, method, request, client, refusal);
        }
    }

    private Verdict leading() {
        Autoscalers.Standing standing = autoscalers.standing();
        if (standing.leading()) {
            return Verdict.OK;
        }
        String leader = standing.leader();
        return Verdict.away(
                        Verdict.Reason.NOT_LEADER,
                        leader.isEmpty()
                                ? "nobody leads, so nothing is decided"
                                : "this replica follows; decisions are made by " + leader)
                .with("leader", leader);
    }
}
