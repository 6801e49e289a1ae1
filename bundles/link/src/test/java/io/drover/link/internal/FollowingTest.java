package io.drover.link.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.HostAndPort;
import io.drover.api.watch.Heartbeat;
import io.drover.proto.v1.ConnectionEvent;
import io.drover.proto.v1.WatchConnectionsRequest;
import io.drover.testing.Await;
import io.drover.testing.Configured;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stream whose service and whose connection end again and again. */
class FollowingTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir Path folder;

    @Test
    void eachMessageComesOnceAndInOrderWhateverEndsTheStream() throws Exception {
        ThrowAwayAuthority authority = new ThrowAwayAuthority(folder);
        ClusterAgent.Journal journal = new ClusterAgent.Journal();
        Settings settings = Settings.from(Configured.with(LinkConfig.class, Map.of()));
        FakeCredentials credentials = new FakeCredentials("token", authority.certificate());
        LinkFigures figures = new LinkFigures();
        ScheduledExecutorService thread = Threads.scheduler(Heartbeat.outside("drover-link-test"));
        List<ClusterAgent> replicas = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            replicas.add(new ClusterAgent(authority.identity("c"), "token", journal, List.of()));
        }
        Connection connection =
                new Connection(
                        "drover-link-io",
                        settings,
                        new Replicas(
                                "link.endpoints",
                                replicas.stream()
                                        .map(
                                                each ->
                                                        HostAndPort.fromParts(
                                                                "127.0.0.1", each.port()))
                                        .toList(),
                                Link::dns,
                                new Random(3)),
                        () -> Optional.of(credentials),
                        thread);
        Received received = new Received();
        Following<WatchConnectionsRequest, ConnectionEvent> following =
                new Following<>(
                        thread,
                        connection,
                        new ConnectionsRpc(connection.token()),
                        received,
                        new BackOff(Duration.ofMillis(5), Duration.ofMillis(50), () -> 0.5),
                        figures);
        try {
            following.start();
            received.await(0);
            for (int round = 1; round <= 50; round++) {
                journal.add(20);
                if (round % 10 == 0) {
                    thread.execute(() -> connection.broken(io.grpc.Status.UNAVAILABLE));
                } else if (round % 2 == 0) {
                    replicas.forEach(ClusterAgent::endStreams);
                }
                journal.add(20);
                received.await(round * 40);
            }

            assertThat(received.sequences())
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, 2000).boxed().toList());
            assertThat(received.ids())
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, 2000).boxed().toList());
            assertThat(figures.gaps.sum()).isZero();
            assertThat(received.aways()).isGreaterThanOrEqualTo(20);
        } finally {
            thread.execute(following::close);
            connection.close();
            thread.shutdown();
            replicas.forEach(ClusterAgent::close);
        }
    }

    private static final class Received implements Following.Sink<ConnectionEvent> {
        private final List<Long> sequences = new ArrayList<>();
        private final List<Long> ids = new ArrayList<>();
        private int aways;

        @Override
        public synchronized void message(ConnectionEvent event) {
            if (event.hasOpened()) {
                sequences.add(event.getSequence());
                ids.add((long) event.getOpened().getId());
            }
        }

        @Override
        public synchronized void away(String reason) {
            aways++;
        }

        synchronized List<Long> sequences() {
            return List.copyOf(sequences);
        }

        synchronized List<Long> ids() {
            return List.copyOf(ids);
        }

        synchronized int aways() {
            return aways;
        }

        void await(int count) {
            Await.until(
                    count + " messages",
                    SOON,
                    () -> sequences().size() >= count,
                    () -> sequences().size() + " messages");
        }
    }
}
