package io.drover.grpc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.drover.proto.v1.AutoscalingGrpc;
import io.drover.proto.v1.DecisionEvent;
import io.drover.proto.v1.ExplainAutoscalerRequest;
import io.drover.proto.v1.ExplainAutoscalerResponse;
import io.drover.proto.v1.WatchDecisionsRequest;
import io.drover.testing.Await;
import io.drover.testing.ScriptedAutoscalers;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only the leader can say is asked of a replica that follows; both are real servers. */
class ForwardingTest {

    private static final ExplainAutoscalerRequest WEB =
            ExplainAutoscalerRequest.newBuilder().setNamespace("shop").setName("web").build();

    @TempDir Path leaderFolder;
    @TempDir Path followerFolder;

    private final ScriptedAutoscalers decided = new ScriptedAutoscalers(4);
    private final ScriptedAutoscalers followed = new ScriptedAutoscalers(4);
    private RunningServer leader;
    private RunningServer follower;
    private AutoscalingService leads;
    private AutoscalingService follows;

    @BeforeEach
    void start() {
        leader = new RunningServer(leaderFolder);
        follower = new RunningServer(followerFolder);
        decided.add(ScriptedAutoscalers.autoscaler("shop", "web", 3));
        followed.follow("replica-a");
        leads = new AutoscalingService(decided);
        follows = new AutoscalingService(followed);
        leader.serve(leads);
        follower.serve(follows);
        follows.bindLeader(leader.local());
    }

    @AfterEach
    void stop() {
        follows.stop();
        leads.stop();
        follower.close();
        leader.close();
    }

    private ExplainAutoscalerResponse explain(Channel channel) {
        return AutoscalingGrpc.newBlockingStub(channel)
                .withDeadlineAfter(RunningServer.SOON.toMillis(), TimeUnit.MILLISECONDS)
                .explainAutoscaler(WEB);
    }

    private Received<WatchDecisionsRequest, DecisionEvent> watch(
            Received<WatchDecisionsRequest, DecisionEvent> received) {
        AutoscalingGrpc.newStub(follower.local())
                .watchDecisions(WatchDecisionsRequest.getDefaultInstance(), received);
        Await.until(
                "the leader is followed",
                RunningServer.SOON,
                () -> decided.readers() == 1,
                () -> decided.readers() + " readers");
        return received;
    }

    @Test
    void theLeaderAnswersInItsPlace() {
        decided.decide("shop", "web", 3, 5);

        assertThat(explain(follower.local()).getDecision().getDesiredReplicas()).isEqualTo(5);
    }

    @Test
    void decisionsComeThroughWithTheNumbersOfTheLeader() {
        Received<WatchDecisionsRequest, DecisionEvent> received = watch(Received.eagerly());
        received.awaitMessages(1);

        decided.decide("shop", "web", 3, 5);
        decided.decide("shop", "web", 5, 7);
        received.awaitMessages(3);

        assertThat(received.messages())
                .extracting(DecisionEvent::getSequence)
                .containsExactly(1L, 2L, 3L);
        assertThat(received.messages().get(2).getEpoch()).isEqualTo(decided.epoch());
        assertThat(received.messages().get(2).getDecision().getDesiredReplicas()).isEqualTo(7);
        received.cancel();
    }

    @Test
    void aSlowReaderIsSlowForTheLeaderAndToldWhatItMissed() {
        // More than both connections hold.
        String long4k = "n".repeat(4096);
        int count = 2000;
        Received<WatchDecisionsRequest, DecisionEvent> received = watch(Received.onDemand());

        for (int i = 0; i < count; i++) {
            decided.decide("shop", long4k, i, i + 1);
        }
        received.ask(Integer.MAX_VALUE);

        Await.until(
                "all are told of",
                RunningServer.SOON,
                () -> told(received) == count,
                () -> told(received) + " of " + count);
        assertThat(received.messages()).anyMatch(event -> event.getMissed() > 0);
        received.cancel();
    }

    private static long told(Received<?, DecisionEvent> received) {
        return received.messages().stream()
                .mapToLong(event -> event.getMissed() + (event.hasDecision() ? 1 : 0))
                .sum();
    }

    @Test
    void theLeaderIsToldWhenTheClientGoes() {
        Received<WatchDecisionsRequest, DecisionEvent> received = watch(Received.eagerly());

        received.cancel();

        Await.until(
                "nobody follows the leader",
                RunningServer.SOON,
                () -> decided.readers() == 0,
                () -> decided.readers() + " readers");
    }

    @Test
    void whatTheLeaderRefusesIsRefusedInItsWords() {
        Throwable failure =
                catchThrowable(
                        () ->
                                AutoscalingGrpc.newBlockingStub(follower.local())
                                        .explainAutoscaler(
                                                WEB.toBuilder().setName("other").build()));

        assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(Details.of(failure).reason()).isEqualTo("NOT_FOUND");
    }

    @Test
    void aStreamOfALeaderThatStopsCanBeBegunAgain() {
        Received<WatchDecisionsRequest, DecisionEvent> received = watch(Received.eagerly());
        received.awaitMessages(1);

        leader.close();

        assertThat(received.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(Details.of(received.failure()).retryAfter()).isPresent();
    }

    @Test
    void whenNoLeaderCanBeReachedItsNameIsTold() {
        Channel away = leader.local();
        leader.close();
        follows.bindLeader(away);

        assertRefused(catchThrowable(() -> explain(follower.local())));
    }

    @Test
    void aLeaderThatDoesNotTrustUsIsNotTheClientsFault() {
        follows.bindLeader(leader.withToken("wrong"));

        assertRefused(catchThrowable(() -> explain(follower.local())));
    }

    @Test
    void whatWasPassedOnIsNotPassedOnAgain() {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("drover-forwarded", Metadata.ASCII_STRING_MARSHALLER), "1");
        Channel passing =
                ClientInterceptors.intercept(
                        follower.local(), MetadataUtils.newAttachHeadersInterceptor(headers));

        assertRefused(catchThrowable(() -> explain(passing)));
    }

    @Test
    void withoutAChannelToTheLeaderItsNameIsTold() {
        Channel other = follower.local();
        follows.unbindLeader(other);
        assertThat(explain(follower.local()).hasAutoscaler()).isTrue();

        Channel bound = leader.local();
        follows.bindLeader(bound);
        follows.unbindLeader(bound);

        assertRefused(catchThrowable(() -> explain(follower.local())));
    }

    private static void assertRefused(Throwable failure) {
        assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(Status.fromThrowable(failure).getDescription()).contains("replica-a");
        assertThat(Details.of(failure).reason()).isEqualTo("NOT_LEADER");
    }

    @Test
    void theClientsDeadlineHoldsForTheLeader() {
        Throwable failure =
                catchThrowable(
                        () ->
                                AutoscalingGrpc.newBlockingStub(follower.local())
                                        .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                                        .watchDecisions(WatchDecisionsRequest.getDefaultInstance())
                                        .forEachRemaining(event -> {}));

        assertThat(Status.fromThrowable(failure).getCode())
                .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        Await.until(
                "nobody follows the leader",
                Duration.ofSeconds(20),
                () -> decided.readers() == 0,
                () -> decided.readers() + " readers");
    }
}
