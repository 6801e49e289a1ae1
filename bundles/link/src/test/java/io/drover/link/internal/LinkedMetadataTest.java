package io.drover.link.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.metadata.Change;
import io.drover.api.metadata.Entry;
import io.drover.api.metadata.Kind;
import io.drover.api.metadata.Metadata;
import io.drover.api.metadata.MetadataStream;
import io.drover.testing.Configured;
import io.drover.testing.ManualClock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LinkedMetadataTest {

    private final LinkedMetadata metadata = with(Map.of());

    private static LinkedMetadata with(Map<String, Object> values) {
        return new LinkedMetadata(
                Settings.from(Configured.with(LinkConfig.class, values)), Clock.systemUTC());
    }

    static InetAddress ip(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static Entry.Pod pod(String name, String address, String phase) {
        return new Entry.Pod(
                "ns",
                name,
                "uid-" + name,
                "node-a",
                false,
                List.of(ip(address)),
                phase,
                true,
                "",
                "",
                "",
                "",
                Map.of());
    }

    private static Entry.Service service(String name, String address) {
        return new Entry.Service(
                "ns", name, "uid", "ClusterIP", List.of(ip(address)), List.of(), Map.of());
    }

    private void snapshot(Entry... entries) {
        metadata.begin();
        for (Entry entry : entries) {
            metadata.put(entry);
        }
        metadata.complete();
    }

    private static List<String> read(MetadataStream stream) {
        List<String> all = new ArrayList<>();
        for (Change next = stream.poll(); next != null; next = stream.poll()) {
            if (next instanceof Change.Put put) {
                all.add("+" + put.entry().name());
            } else if (next instanceof Change.Removed removed) {
                all.add("-" + removed.ref().name());
            } else {
                all.add(next.getClass().getSimpleName());
            }
        }
        return all;
    }

    @Test
    void knowsNothingUntilTheFirstSnapshotIsComplete() {
        metadata.begin();
        metadata.put(pod("a", "10.0.0.1", "Running"));

        assertThat(metadata.state().phase()).isEqualTo(Metadata.Phase.LOADING);
        assertThat(metadata.at(ip("10.0.0.1"))).isEmpty();
        metadata.complete();

        assertThat(metadata.state().phase()).isEqualTo(Metadata.Phase.LIVE);
        assertThat(metadata.at(ip("10.0.0.1")))
                .hasValueSatisfying(e -> assertThat(e.name()).isEqualTo("a"));
        assertThat(metadata.state().entries()).containsEntry(Kind.POD, 1);
    }

    @Test
    void whatIsKnownStaysWhenTheLinkBreaksAndUntilTheNextSnapshotIsComplete() {
        snapshot(pod("a", "10.0.0.1", "Running"));

        metadata.away("gone");
        assertThat(metadata.state().phase()).isEqualTo(Metadata.Phase.STALE);
        assertThat(metadata.state().reason()).isEqualTo("gone");
        metadata.begin();
        metadata.put(pod("b", "10.0.0.2", "Running"));
        assertThat(metadata.at(ip("10.0.0.1"))).isPresent();
        metadata.complete();

        assertThat(metadata.at(ip("10.0.0.1"))).isEmpty();
        assertThat(metadata.at(ip("10.0.0.2"))).isPresent();
    }

    @Test
    void isStaleFromTheLossUntilTheNextSnapshotIsComplete() {
        ManualClock clock = new ManualClock(Instant.EPOCH);
        LinkedMetadata aging =
                new LinkedMetadata(
                        Settings.from(Configured.with(LinkConfig.class, Map.of())), clock);
        aging.begin();
        clock.advance(Duration.ofSeconds(5));
        assertThat(aging.staleFor()).isZero();
        aging.complete();
        clock.advance(Duration.ofSeconds(5));
        assertThat(aging.staleFor()).isZero();

        aging.away("gone");
        clock.advance(Duration.ofSeconds(3));
        aging.begin();
        clock.advance(Duration.ofSeconds(4));

        assertThat(aging.state().phase()).isEqualTo(Metadata.Phase.STALE);
        assertThat(aging.state().reason()).contains("not complete yet");
        assertThat(aging.staleFor()).isEqualTo(Duration.ofSeconds(7));
        aging.complete();
        assertThat(aging.staleFor()).isZero();
    }

    /** As a cluster agent sent them that nobody had asked before, up to version 0.1. */
    @Test
    void takesNamesThatComeAfterACompleteOfNothing() {
        snapshot();
        metadata.put(pod("a", "10.0.0.1", "Running"));

        assertThat(metadata.state().phase()).isEqualTo(Metadata.Phase.LIVE);
        assertThat(metadata.at(ip("10.0.0.1"))).isPresent();
    }

    @Test
    void aServiceComesBeforeAPodAndAPodThatHasEndedHasNoAddress() {
        snapshot(pod("a", "10.0.0.1", "Running"), service("s", "10.0.0.1"));
        assertThat(metadata.at(ip("10.0.0.1")))
                .hasValueSatisfying(e -> assertThat(e.kind()).isEqualTo(Kind.SERVICE));

        metadata.remove(service("s", "10.0.0.1").ref());
        assertThat(metadata.at(ip("10.0.0.1")))
                .hasValueSatisfying(e -> assertThat(e.kind()).isEqualTo(Kind.POD));
        metadata.put(pod("b", "10.0.0.1", "Running"));
        metadata.put(pod("a", "10.0.0.1", "Succeeded"));

        assertThat(metadata.at(ip("10.0.0.1")))
                .hasValueSatisfying(e -> assertThat(e.name()).isEqualTo("b"));
    }

    @Test
    void aReaderGetsASnapshotThenEachChangeOfItsKinds() {
        snapshot(pod("a", "10.0.0.1", "Running"), service("s", "10.0.0.9"));
        MetadataStream all = metadata.stream(Set.of());
        MetadataStream pods = metadata.stream(Set.of(Kind.POD));

        assertThat(read(all))
                .startsWith("Begin")
                .contains("+a", "+s")
                .endsWith("Complete")
                .hasSize(4);
        assertThat(read(pods)).containsExactly("Begin", "+a", "Complete");
        metadata.put(pod("b", "10.0.0.2", "Running"));
        metadata.remove(service("s", "10.0.0.9").ref());

        assertThat(read(all)).containsExactly("+b", "-s");
        assertThat(read(pods)).containsExactly("+b");
    }

    @Test
    void aReaderThatFellTooFarBehindBeginsAnew() {
        LinkedMetadata small = with(Map.of("changes_kept", 16));
        small.begin();
        small.complete();
        MetadataStream reader = small.stream(Set.of());
        assertThat(read(reader)).containsExactly("Begin", "Complete");
        for (int i = 0; i < 17; i++) {
            small.put(pod("p" + i, "10.0.0." + (i + 1), "Running"));
        }

        assertThat(read(reader)).startsWith("Begin").endsWith("Complete").hasSize(19);
        small.put(pod("q", "10.0.1.1", "Running"));
        assertThat(read(reader)).containsExactly("+q");
    }

    @Test
    void aNewSnapshotReachesEveryReader() {
        snapshot(pod("a", "10.0.0.1", "Running"));
        MetadataStream reader = metadata.stream(Set.of());
        read(reader);

        snapshot(pod("b", "10.0.0.2", "Running"));

        assertThat(read(reader)).containsExactly("Begin", "+b", "Complete");
    }

    @Test
    void aReaderIsCalledWhenThereIsSomethingAgain() {
        snapshot();
        MetadataStream reader = metadata.stream(Set.of());
        AtomicInteger calls = new AtomicInteger();
        reader.onReady(calls::incrementAndGet);
        assertThat(calls).hasValue(1);
        read(reader);

        metadata.put(pod("a", "10.0.0.1", "Running"));
        metadata.put(pod("b", "10.0.0.2", "Running"));
        assertThat(calls).hasValue(2);
        metadata.end();

        assertThat(reader.ended()).isTrue();
    }

    @Test
    void whatThereIsNoRoomForIsLeftOutAndCounted() {
        LinkedMetadata small = with(Map.of("entries_max", 2));
        small.begin();
        for (int i = 1; i <= 5; i++) {
            small.put(pod("p" + i, "10.0.0." + i, "Running"));
        }
        small.complete();

        assertThat(small.size()).isEqualTo(2);
        assertThat(small.state().dropped()).isEqualTo(3);
    }

    @Test
    void moreReadersThanAllowedAreRefusedWithTheKey() {
        LinkedMetadata small = with(Map.of("readers_max", 1));
        MetadataStream first = small.stream(Set.of());

        assertThatThrownBy(() -> small.stream(Set.of()))
                .hasMessageContaining("link.readers_max is 1");
        first.close();
        small.stream(Set.of()).close();
    }
}
