package io.drover.link.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.rpc.ErrorInfo;
import io.drover.api.security.ClusterCredentials;
import io.drover.proto.v1.AutoscalingGrpc;
import io.drover.proto.v1.DecisionEvent;
import io.drover.proto.v1.ExplainAutoscalerRequest;
import io.drover.proto.v1.WatchDecisionsRequest;
import io.drover.testing.Await;
import io.drover.testing.Configured;
import io.drover.testing.RecordedSamples;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls to whichever of some replicas leads, over real TLS. */
class LeaderTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String TOKEN = "cluster-token";
    private static final int REPLICAS = 3;

    @TempDir Path folder;

    private final List<ClusterAgent> replicas = new ArrayList<>();
    private ThrowAwayAuthority authority;
    private FakeCredentials credentials;
    private Leader leader;

    @BeforeEach
    void start() {
        authority = new ThrowAwayAuthority(folder);
        credentials = new FakeCredentials(TOKEN, authority.certificate());
        for (int i = 0; i < REPLICAS; i++) {
            replicas.add(
                    new ClusterAgent(
                            authority.identity("cluster"),
                            TOKEN,
                            new ClusterAgent.Journal(),
                            List.of()));
        }
        Settings settings =
                Settings.from(
                        Configured.with(
                                LinkConfig.class,
                                Map.of(
                                        "peers",
                                        replicas.stream()
                                                .map(each -> "127.0.0.1:" + each.port())
                                                .toArray(String[]::new))));
        leader = new Leader(settings, Link::dns, this::shown);
    }

    private Optional<ClusterCredentials> shown() {
        return Optional.of(credentials);
    }

    @AfterEach
    void stop() {
        leader.close();
        replicas.forEach(ClusterAgent::close);
        Await.until(
                "no thread is left", SOON, () -> threads().isEmpty(), () -> threads().toString());
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("drover-link"))
                .toList();
    }

    private String explain() {
        return AutoscalingGrpc.newBlockingStub(leader)
                .withDeadlineAfter(SOON.toMillis(), TimeUnit.MILLISECONDS)
                .explainAutoscaler(ExplainAutoscalerRequest.getDefaultInstance())
                .getSentences(0);
    }

    private int asked() {
        return replicas.stream().mapToInt(each -> each.asked.get()).sum();
    }

    private static String reason(Throwable failure) {
        return Details.of(Status.trailersFromThrowable(failure), ErrorInfo.class)
                .map(ErrorInfo::getReason)
                .orElse("");
    }

    @Test
    void replicasAreAskedUntilOneLeadsAndThatOneIsAskedFirstFromThenOn() {
        for (ClusterAgent each : replicas) {
            replicas.forEach(other -> other.leads = other == each);

            assertThat(explain()).isEqualTo("from " + each.port());

            int before = asked();
            assertThat(explain()).isEqualTo("from " + each.port());
            assertThat(asked() - before).isEqualTo(1);
        }
        RecordedSamples samples = new RecordedSamples();
        leader.collect(samples);
        assertThat(samples.values())
                .containsEntry("drover_link_forwarded_total{code=\"OK\"}", 2.0 * REPLICAS);
    }

    @Test
    void whenNobodyLeadsThatIsSaidAfterEachWasAsked() {
        Throwable failure = catchThrowable(this::explain);

        assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(reason(failure)).isEqualTo("NOT_LEADER");
        assertThat(replicas).allMatch(each -> each.asked.get() >= 1);
        assertThat(asked()).isLessThanOrEqualTo(REPLICAS + 1);
    }

    @Test
    void aReplicaThatIsGoneIsPassedOver() {
        replicas.get(0).leads = true;
        assertThat(explain()).isEqualTo("from " + replicas.get(0).port());

        replicas.get(0).close();
        replicas.get(2).leads = true;

        assertThat(explain()).isEqualTo("from " + replicas.get(2).port());
    }

    @Test
    void whenNobodyIsThereTheCallEnds() {
        replicas.forEach(ClusterAgent::close);

        assertThat(Status.fromThrowable(catchThrowable(this::explain)).getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void aTokenThatIsRefusedEndsTheCallAndANewOneIsTakenUp() {
        replicas.get(1).leads = true;
        credentials.token = "wrong";
        assertThat(Status.fromThrowable(catchThrowable(this::explain)).getCode())
                .isEqualTo(Status.Code.UNAUTHENTICATED);

        credentials.token = TOKEN;

        assertThat(explain()).isEqualTo("from " + replicas.get(1).port());
    }

    @Test
    void aCertificateOfAnotherAuthorityIsNotTrusted() {
        replicas.get(1).leads = true;
        credentials = new FakeCredentials(TOKEN, new ThrowAwayAuthority(folder).certificate());

        assertThat(Status.fromThrowable(catchThrowable(this::explain)).getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(asked()).isZero();
    }

    @Test
    void theCallThatItIsMadeForEndsIt() {
        ClusterAgent leading = replicas.get(1);
        leading.leads = true;
        Seen seen = new Seen();
        Context.CancellableContext context = Context.current().withCancellation();
        context.run(
                () ->
                        AutoscalingGrpc.newStub(leader)
                                .watchDecisions(WatchDecisionsRequest.getDefaultInstance(), seen));
        Await.until(
                "the stream is open",
                SOON,
                () -> !leading.decisionStreams.isEmpty(),
                () -> String.valueOf(seen.end));

        context.cancel(null);

        Await.until(
                "the leader knows that it is over",
                SOON,
                () -> leading.decisionStreams.isEmpty() && seen.end.get() != null,
                () -> leading.decisionStreams + " " + seen.end);
        assertThat(seen.end.get().getCode()).isEqualTo(Status.Code.CANCELLED);
    }

    @Test
    void aStreamThatHasBegunIsNotBegunAgainElsewhere() {
        ClusterAgent leading = replicas.get(1);
        leading.leads = true;
        Seen seen = new Seen();
        AutoscalingGrpc.newStub(leader)
                .watchDecisions(WatchDecisionsRequest.getDefaultInstance(), seen);
        Await.until(
                "the stream is open",
                SOON,
                () -> !leading.decisionStreams.isEmpty() && seen.messages.get() == 1,
                () -> String.valueOf(seen.end));

        leading.close();

        Await.until("the end", SOON, () -> seen.end.get() != null, () -> "it goes on");
        // A server that is shut down without a word resets its streams.
        assertThat(seen.end.get().getCode()).isIn(Status.Code.UNAVAILABLE, Status.Code.CANCELLED);
        assertThat(seen.messages.get()).isEqualTo(1);
    }

    @Test
    void aStreamEndsWithTheLinkThatCarriesIt() {
        replicas.get(1).leads = true;
        Seen seen = new Seen();
        AutoscalingGrpc.newStub(leader)
                .watchDecisions(WatchDecisionsRequest.getDefaultInstance(), seen);
        Await.until(
                "a message", SOON, () -> seen.messages.get() == 1, () -> String.valueOf(seen.end));

        leader.close();

        assertThat(seen.end.get()).isNotNull();
        assertThat(seen.end.get().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(Status.fromThrowable(catchThrowable(this::explain)).getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
    }

    private static final class Seen implements StreamObserver<DecisionEvent> {
        private final AtomicReference<Status> end = new AtomicReference<>();
        private final AtomicInteger messages = new AtomicInteger();

        @Override
        public void onNext(DecisionEvent event) {
            messages.incrementAndGet();
        }

        @Override
        public void onError(Throwable failure) {
            end.set(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            end.set(Status.OK);
        }
    }
}
