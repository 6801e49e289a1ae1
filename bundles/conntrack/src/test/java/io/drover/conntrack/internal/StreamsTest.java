package io.drover.conntrack.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.ConnectionEvent;
import io.drover.api.conntrack.ConnectionEvent.Closed;
import io.drover.api.conntrack.ConnectionEvent.Lost;
import io.drover.api.conntrack.ConnectionEvent.Opened;
import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.ConnectionStream;
import io.drover.api.conntrack.StreamPosition;
import io.drover.conntrack.internal.codec.ConntrackMessage.Kind;
import io.drover.conntrack.internal.codec.Messages;
import io.drover.testing.ScriptedConnections;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class StreamsTest {

    private final LongAdder lost = new LongAdder();
    private final Streams streams = new Streams(2, 1000, 100, lost);

    private long number;

    @Test
    void numbersEventsFromOneWithoutGaps() {
        ConnectionStream stream = streams.open(ConnectionFilter.ALL, 10);
        add(connection(1), true);
        add(connection(1), false);

        assertThat(stream.poll()).isEqualTo(new Opened(1, 1, connection(1)));
        assertThat(stream.poll()).isEqualTo(new Closed(2, 2, connection(1), Optional.empty()));
        assertThat(stream.poll()).isNull();
    }

    @Test
    void putsAMarkWhereAReaderLostTheNewestEvents() {
        ConnectionStream stream = streams.open(ConnectionFilter.ALL, 2);
        for (int port = 1; port <= 5; port++) {
            add(connection(port), true);
        }
        assertThat(stream.poll()).isEqualTo(new Opened(1, 1, connection(1)));
        add(connection(6), true);

        assertThat(stream.poll()).isEqualTo(new Opened(2, 2, connection(2)));
        assertThat(stream.poll()).isEqualTo(new Lost(3, 5, 3, "reader"));
        assertThat(stream.poll()).isEqualTo(new Opened(4, 6, connection(6)));
        assertThat(stream.poll()).isNull();
        assertThat(lost.sum()).isEqualTo(3);
    }

    @Test
    void tellsOfALossAlsoWhenNothingComesAfterIt() {
        ConnectionStream stream = streams.open(ConnectionFilter.ALL, 1);
        add(connection(1), true);
        add(connection(2), true);
        streams.lost(7);

        assertThat(stream.poll()).isInstanceOf(Opened.class);
        assertThat(stream.poll()).isEqualTo(new Lost(2, 7, 7, "kernel"));
        assertThat(stream.poll()).isEqualTo(new Lost(3, 7, 1, "reader"));
        assertThat(stream.poll()).isNull();
    }

    @Test
    void givesAReaderOnlyWhatItAskedFor() {
        ConnectionFilter port7 =
                new ConnectionFilter(
                        OptionalInt.empty(), Optional.empty(), OptionalInt.of(7), false);
        ConnectionStream stream = streams.open(port7, 1);
        for (int port = 1; port <= 10; port++) {
            add(connection(port), true);
        }

        assertThat(stream.poll()).isEqualTo(new Opened(1, 7, connection(7)));
        assertThat(stream.poll()).isNull();
        assertThat(lost.sum()).isZero();
    }

    @Test
    void callsAReaderOnceUntilItHasFoundNothing() {
        ConnectionStream stream = streams.open(ConnectionFilter.ALL, 10);
        AtomicInteger calls = new AtomicInteger();
        stream.onReady(calls::incrementAndGet);
        assertThat(calls).hasValue(0);

        add(connection(1), true);
        streams.callReaders();
        add(connection(2), true);
        streams.callReaders();
        assertThat(calls).hasValue(1);

        stream.poll();
        stream.poll();
        assertThat(stream.poll()).isNull();
        streams.callReaders();
        assertThat(calls).hasValue(1);
        add(connection(3), true);
        streams.callReaders();
        assertThat(calls).hasValue(2);
    }

    @Test
    void callsAReaderAtOnceForWhatIsThereAlready() {
        ConnectionStream stream = streams.open(ConnectionFilter.ALL, 10);
        add(connection(1), true);
        streams.callReaders();
        AtomicInteger calls = new AtomicInteger();

        stream.onReady(calls::incrementAndGet);

        assertThat(calls).hasValue(1);
    }

    @Test
    void endsStreamsButLeavesWhatIsQueued() {
        ConnectionStream stream = streams.open(ConnectionFilter.ALL, 10);
        AtomicInteger calls = new AtomicInteger();
        stream.onReady(calls::incrementAndGet);
        add(connection(1), true);

        streams.endAll();

        assertThat(stream.ended()).isTrue();
        assertThat(calls).hasValue(1);
        assertThat(streams.size()).isZero();
        assertThat(stream.poll()).isInstanceOf(Opened.class);
        assertThat(stream.poll()).isNull();
    }

    @Test
    void closesTheStreamOfAReaderThatFails() {
        ConnectionStream stream = streams.open(ConnectionFilter.ALL, 10);
        stream.onReady(
                () -> {
                    throw new IllegalStateException("a reader's defect");
                });
        add(connection(1), true);

        streams.callReaders();

        assertThat(streams.size()).isZero();
        assertThat(stream.ended()).isTrue();
    }

    @Test
    void keepsWhatComesBeforeTheReadersOfTheFormerInstanceAreBack() {
        streams.begin(new long[0]);
        streams.open(ConnectionFilter.ALL, 10);
        streams.admitResuming();
        streams.event(Messages.of(Kind.NEW, false, 1, 2, 3, 80).message(), 1, true);
        streams.callReaders();
        StreamPosition seen = streams.position();

        Streams next = new Streams(2, 1000, 100, lost);
        ConnectionStream early = next.open(ConnectionFilter.ALL, 10);
        next.begin(streams.note());
        next.admitResuming();
        assertThat(early.epoch()).isEqualTo(seen.epoch());
        next.event(Messages.of(Kind.NEW, false, 1, 3, 3, 80).message(), 1, true);
        next.callReaders();
        ConnectionStream back = next.resume(ConnectionFilter.ALL, 10, seen);
        next.admitResuming();

        assertThat(back.epoch()).isEqualTo(seen.epoch());
        assertThat(back.poll()).isInstanceOf(Opened.class);
        assertThat(back.poll()).isNull();
    }

    @Test
    void refusesMoreStreamsThanConfigured() {
        streams.open(ConnectionFilter.ALL, 10);
        ConnectionStream second = streams.open(ConnectionFilter.ALL, 10);

        assertThatThrownBy(() -> streams.open(ConnectionFilter.ALL, 10))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("conntrack.streams_max is 2");
        second.close();
        second.close();
        assertThat(streams.open(ConnectionFilter.ALL, 10)).isNotNull();
    }

    @Test
    void refusesAQueueOfNoLength() {
        assertThatThrownBy(() -> streams.open(ConnectionFilter.ALL, 0))
                .hasMessage("capacity must be 1 to 65536, is 0");
    }

    @Test
    void losesAndDoublesNothingBetweenItsTwoThreads() throws Exception {
        int events = 500_000;
        ConnectionStream stream = streams.open(ConnectionFilter.ALL, 64);
        Connection[] connections = new Connection[1000];
        for (int i = 0; i < connections.length; i++) {
            connections[i] = connection(i);
        }
        CompletableFuture<List<Long>> reader = CompletableFuture.supplyAsync(() -> read(stream));
        for (int i = 0; i < events; i++) {
            add(connections[i % connections.length], i % 2 == 0);
            if (i % 97 == 0) {
                streams.callReaders();
            }
        }
        streams.endAll();

        List<Long> seenAndLost = reader.get(30, TimeUnit.SECONDS);
        assertThat(seenAndLost.get(0) + seenAndLost.get(1)).isEqualTo(events);
        assertThat(seenAndLost.get(1)).isEqualTo(lost.sum());
    }

    /** Follows by calls alone, as a server would; sequences must have no gap. */
    private static List<Long> read(ConnectionStream stream) {
        AtomicInteger called = new AtomicInteger();
        stream.onReady(called::incrementAndGet);
        long seen = 0;
        long missing = 0;
        long sequence = 0;
        boolean ended = false;
        while (!ended) {
            ended = stream.ended();
            for (ConnectionEvent event = stream.poll(); event != null; event = stream.poll()) {
                sequence++;
                assertThat(event.sequence()).isEqualTo(sequence);
                if (event instanceof Lost loss) {
                    missing += loss.count();
                } else {
                    seen++;
                }
            }
        }
        assertThat(called.get()).isPositive();
        return new ArrayList<>(List.of(seen, missing));
    }

    private void add(Connection connection, boolean opened) {
        number++;
        streams.add(number, connection, opened, Optional.empty());
    }

    private static Connection connection(int port) {
        return ScriptedConnections.plain("10.0.0.1", port, "10.0.0.2", 40_000);
    }
}
