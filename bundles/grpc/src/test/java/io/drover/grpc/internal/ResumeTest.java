package io.drover.grpc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.proto.v1.ConnectionEvent;
import io.drover.proto.v1.ConnectionEvent.EventCase;
import io.drover.proto.v1.ConnectionsGrpc;
import io.drover.proto.v1.ResumePoint;
import io.drover.proto.v1.WatchConnectionsRequest;
import io.drover.testing.ScriptedConnections;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams of events over the replacement of the table that they are about. */
class ResumeTest {

    @TempDir Path folder;

    private RunningServer running;
    private ScriptedConnections table = new ScriptedConnections();
    private ConnectionsService service;
    private Runnable withdraw;

    @BeforeEach
    void start() {
        running = new RunningServer(folder);
        serve();
    }

    @AfterEach
    void stop() {
        service.stop();
        running.close();
    }

    private void serve() {
        service = new ConnectionsService(table, null, RunningServer.settings(Map.of()));
        withdraw = running.serve(service);
    }

    private void open(int from, int to) {
        for (int i = from; i <= to; i++) {
            table.open(ScriptedConnections.plain("10.0.0.1", i, "10.0.0.2", 80));
        }
    }

    /** As a swap of its bundle does: events go on to come while nobody serves them. */
    private void replaceTable(int from, int to) {
        withdraw.run();
        table.end();
        service.stop();
        table = table.successor();
        open(from, to);
        serve();
    }

    private Received<WatchConnectionsRequest, ConnectionEvent> watch(ResumePoint resume) {
        WatchConnectionsRequest.Builder request = WatchConnectionsRequest.newBuilder();
        if (resume != null) {
            request.setResume(resume);
        }
        Received<WatchConnectionsRequest, ConnectionEvent> received = Received.eagerly();
        ConnectionsGrpc.newStub(running.local()).watchConnections(request.build(), received);
        received.awaitMessages(1);
        return received;
    }

    @Test
    void aStreamGoesOnOverTheReplacementOfItsTableWithoutGapOrDuplicate() {
        List<ConnectionEvent> all = new ArrayList<>();
        ResumePoint point = null;
        int next = 1;
        for (int swap = 0; swap < 5; swap++) {
            Received<WatchConnectionsRequest, ConnectionEvent> received = watch(point);
            open(next, next + 9);
            received.awaitMessages(2);
            replaceTable(next + 10, next + 19);
            next += 20;

            assertThat(received.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            all.addAll(received.messages());
            point = Details.of(received.failure()).point().orElseThrow();
        }
        Received<WatchConnectionsRequest, ConnectionEvent> last = watch(point);
        int missing = 100 - (int) point.getSequence();
        last.awaitMessages(1 + missing);
        all.addAll(last.messages());

        List<ConnectionEvent> events = all.stream().filter(ConnectionEvent::hasOpened).toList();
        assertThat(events)
                .extracting(ConnectionEvent::getSequence)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 100).boxed().toList());
        assertThat(events)
                .extracting(event -> event.getOpened().getOriginal().getSourcePort())
                .containsExactlyElementsOf(
                        java.util.stream.IntStream.rangeClosed(1, 100).boxed().toList());
        assertThat(all).noneMatch(ConnectionEvent::hasLost);
    }

    @Test
    void aStreamGoesOnFromItsNewestEventWhenTheConnectionBroke() {
        Received<WatchConnectionsRequest, ConnectionEvent> received = watch(null);
        open(1, 5);
        received.awaitMessages(6);
        ConnectionEvent third = received.messages().get(3);
        received.cancel();

        Received<WatchConnectionsRequest, ConnectionEvent> resumed =
                watch(
                        received.messages().get(0).getSynced().getPoint().toBuilder()
                                .setPosition(third.getPosition())
                                .setSequence(third.getSequence())
                                .build());
        resumed.awaitMessages(3);

        assertThat(resumed.messages().stream().skip(1).map(ConnectionEvent::getSequence))
                .containsExactly(4L, 5L);
    }

    @Test
    void anAgentThatWasStartedAnewSaysThatItCannotKnowWhatWasMissed() {
        Received<WatchConnectionsRequest, ConnectionEvent> received = watch(null);
        open(1, 3);
        received.awaitMessages(4);
        withdraw.run();
        service.stop();
        ResumePoint point = Details.of(await(received)).point().orElseThrow();
        table = table.stranger();
        serve();

        Received<WatchConnectionsRequest, ConnectionEvent> resumed = watch(point);
        resumed.awaitMessages(2);

        ConnectionEvent lost = resumed.messages().get(1);
        assertThat(lost.getEventCase()).isEqualTo(EventCase.LOST);
        assertThat(lost.getLost().getCause()).isEqualTo("replay");
        assertThat(lost.getSequence()).isEqualTo(4);
        assertThat(resumed.messages().get(0).getSynced().getPoint().getEpoch())
                .isNotEqualTo(point.getEpoch());
    }

    private static Throwable await(Received<?, ?> received) {
        received.awaitEnd();
        return received.failure();
    }

    @Test
    void resumingAndTheWholeTableExcludeEachOther() {
        Received<WatchConnectionsRequest, ConnectionEvent> received = Received.eagerly();
        ConnectionsGrpc.newStub(running.local())
                .watchConnections(
                        WatchConnectionsRequest.newBuilder()
                                .setResume(ResumePoint.getDefaultInstance())
                                .setIncludeExisting(true)
                                .build(),
                        received);

        assertThat(received.awaitEnd().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(Details.of(received.failure()).badFields()).containsExactly("resume");
    }
}
