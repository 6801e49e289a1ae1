package io.drover.kubernetes.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.Watch.Phase;
import io.drover.api.kubernetes.Watch.State;
import io.drover.kubernetes.internal.client.BackOff;
import io.drover.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InformerTest {

    private static final Duration SILENCE = Duration.ofSeconds(150);

    private final ManualClock clock = new ManualClock(Instant.EPOCH);
    private final ScriptedSource source = new ScriptedSource();
    private final WatchCounters counters = new WatchCounters();
    private final Told told = new Told();
    private final Informer<KubeObject> informer =
            new Informer<>(
                    "things",
                    source,
                    object -> object,
                    told,
                    new Informer.Timing(Duration.ofSeconds(300), SILENCE),
                    new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(30), () -> 0.5),
                    counters,
                    this::nanos,
                    clock,
                    () -> {});

    @Test
    void readsAllObjectsAndThenTheirChanges() {
        source.put("a");
        informer.look();

        assertThat(informer.state().phase()).isEqualTo(Phase.LIVE);
        source.put("b");
        source.delete("a");

        assertThat(told.lines).containsExactly("LISTING", "+a 11", "LIVE", "+b 12", "-a");
        assertThat(source.requests).containsExactly("watch all");
    }

    @Test
    void goesOnFromTheLastVersionWhenAWatchEnds() {
        source.put("a");
        informer.look();
        source.end(ListWatch.Why.BROKEN);
        source.put("b");
        clock.advance(Duration.ofSeconds(2));
        informer.look();

        assertThat(told.now).containsOnlyKeys("a", "b");
        assertThat(source.requests).containsExactly("watch all", "watch from 11");
        assertThat(counters.lists.sum()).isEqualTo(1);
    }

    @Test
    void aBookmarkMovesTheVersionFromWhichItGoesOn() {
        informer.look();
        source.put("a");
        source.delete("a");
        source.bookmark();
        source.compact();
        source.end(ListWatch.Why.REGULAR);
        clock.advance(Duration.ofSeconds(2));
        informer.look();

        assertThat(source.requests).containsExactly("watch all", "watch from 12");
    }

    @Test
    void readsEverythingAnewOnceWhenItsVersionIsForgottenAndNeverLooksEmpty() {
        source.put("a");
        source.put("b");
        informer.look();
        source.end(ListWatch.Why.BROKEN);
        source.delete("a");
        source.put("c");
        source.compact();
        clock.advance(Duration.ofSeconds(2));
        informer.look();
        informer.look();

        assertThat(source.requests).containsExactly("watch all", "watch from 12", "watch all");
        assertThat(told.now).containsOnlyKeys("b", "c");
        assertThat(told.smallest).isEqualTo(2);
        assertThat(counters.relistsExpired.sum()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = ListWatch.Why.class,
            names = {"EXPIRED", "KIND_GONE"})
    void doesNotStormAnApiServerThatRefusesEachReading(ListWatch.Why why) {
        source.put("a");
        informer.look();
        source.end(ListWatch.Why.BROKEN);
        source.requests.clear();
        source.refusal = why;

        for (int i = 0; i < 600; i++) {
            clock.advance(Duration.ofMillis(100));
            informer.look();
        }

        assertThat(source.requests.stream().filter(line -> line.startsWith("watch")))
                .as("requests in a minute")
                .hasSizeBetween(3, 10);
    }

    @Test
    void givesUpAWatchThatIsSilentForTooLong() {
        source.put("a");
        informer.look();
        source.hang();
        source.put("b");
        clock.advance(SILENCE.minusSeconds(1));
        informer.look();
        assertThat(told.now).doesNotContainKey("b");

        clock.advance(Duration.ofSeconds(2));
        informer.look();
        informer.look();

        assertThat(told.now).containsOnlyKeys("a", "b");
        assertThat(counters.relistsSilent.sum()).isEqualTo(1);
        assertThat(informer.state().phase()).isEqualTo(Phase.LIVE);
    }

    @Test
    void aBookmarkIsASignOfLife() {
        informer.look();
        for (int i = 0; i < 10; i++) {
            clock.advance(Duration.ofSeconds(60));
            source.bookmark();
            informer.look();
        }

        assertThat(source.requests).containsExactly("watch all");
        assertThat(counters.relistsSilent.sum()).isZero();
    }

    @Test
    void listsPageByPageWhereTheApiServerCannotStreamAList() {
        source.streams = false;
        source.put("a");
        informer.look();
        informer.look();

        assertThat(source.requests).containsExactly("watch all", "list", "watch from 11");
        assertThat(told.now).containsOnlyKeys("a");
        assertThat(informer.state().phase()).isEqualTo(Phase.LIVE);
    }

    @Test
    void takesNoChangeThatIsOlderThanWhatItKnows() {
        source.put("a");
        source.put("a");
        informer.look();
        source.tellStale("a", 5);

        assertThat(told.now.get("a").resourceVersion()).isEqualTo("12");
        assertThat(counters.stale.sum()).isEqualTo(1);
    }

    @Test
    void saysWhyItIsNotLiveAndTriesAgainWithAGrowingWait() {
        source.failure = new ClusterException(ClusterException.Cause.UNAVAILABLE, "it is down");
        assertThat(informer.look()).isEqualTo(Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(1));
        assertThat(informer.look()).isEqualTo(Duration.ofSeconds(2));
        assertThat(informer.state().reason()).isEqualTo("it is down");

        source.failure = null;
        clock.advance(Duration.ofSeconds(2));
        informer.look();

        assertThat(informer.state().phase()).isEqualTo(Phase.LIVE);
    }

    @Test
    void tellsOfAnOutageOnlyWhenItLasts() {
        informer.look();
        source.failure = new ClusterException(ClusterException.Cause.UNAVAILABLE, "it is down");
        source.end(ListWatch.Why.BROKEN);
        informer.look();
        assertThat(informer.state().phase()).isEqualTo(Phase.LIVE);

        clock.advance(Duration.ofSeconds(3));
        informer.look();

        assertThat(informer.state().phase()).isEqualTo(Phase.RECONNECTING);
    }

    @Test
    void whatAKindThatIsGoneHadIsGoneToo() {
        source.put("a");
        informer.look();
        source.presence = ListWatch.Presence.NO_KIND;
        source.end(ListWatch.Why.KIND_GONE);
        informer.look();

        assertThat(informer.state().phase()).isEqualTo(Phase.NO_KIND);
        assertThat(told.now).isEmpty();
        assertThat(source.requests).contains("forget");
    }

    @Test
    void anApiServerThatCameBackIsWatchedAnewFromTheLastVersion() {
        source.put("a");
        informer.look();
        source.hang();
        source.put("b");
        informer.reconnect();
        informer.look();

        assertThat(told.now).containsOnlyKeys("a", "b");
        assertThat(source.requests).containsExactly("watch all", "watch from 11");
    }

    @Test
    void aWatchThatDoesNotShowOurOwnWriteIsDeaf() {
        OwnWrites writes = new OwnWrites(this::nanos);
        ObjectKind kind = new ObjectKind("v1", "Thing");
        source.put("a");
        informer.look();
        source.hang();
        KubeObject written = source.put("a");
        writes.wrote(kind, written.key(), written.resourceVersion());
        assertThat(writes.newerThan(kind, written.key(), "11")).isTrue();
        assertThat(writes.overdue(kind, "", informer::versionOf, Duration.ofSeconds(5))).isFalse();

        clock.advance(Duration.ofSeconds(6));
        assertThat(writes.overdue(kind, "", informer::versionOf, Duration.ofSeconds(5))).isTrue();
        assertThat(writes.overdue(kind, "", informer::versionOf, Duration.ofSeconds(5))).isFalse();
        informer.distrust("deaf");
        informer.look();

        assertThat(told.now.get("a").resourceVersion()).isEqualTo("12");
        assertThat(counters.relistsDeaf.sum()).isEqualTo(1);
    }

    @Test
    void losesNoChangeAgainstTheJournalThroughAThousandFaults() {
        Random random = new Random(7);
        Map<String, String> journal = new TreeMap<>();
        int faults = 0;
        informer.look();
        while (faults < 1_000) {
            for (int i = random.nextInt(4); i > 0; i--) {
                String name = "o" + random.nextInt(30);
                if (random.nextInt(4) == 0) {
                    source.delete(name);
                    journal.remove(name);
                } else {
                    journal.put(name, source.put(name).resourceVersion());
                }
            }
            if (source.watched()) {
                faults++;
                switch (random.nextInt(4)) {
                    case 0 -> source.end(ListWatch.Why.REGULAR);
                    case 1 -> source.end(ListWatch.Why.BROKEN);
                    case 2 -> source.hang();
                    default -> {
                        source.compact();
                        source.end(ListWatch.Why.BROKEN);
                    }
                }
            }
            clock.advance(Duration.ofSeconds(random.nextInt(200)));
            informer.look();
            informer.look();
        }
        if (source.watched()) {
            source.end(ListWatch.Why.BROKEN);
        }
        clock.advance(Duration.ofSeconds(60));
        informer.look();
        informer.look();

        Map<String, String> known = new TreeMap<>();
        told.now.forEach((name, object) -> known.put(name, object.resourceVersion()));
        assertThat(known).isEqualTo(journal);
        assertThat(counters.lists.sum()).isLessThanOrEqualTo(1 + faults);
    }

    @Test
    void tellsNothingAnyMoreOnceItIsClosed() {
        informer.look();
        informer.close();
        told.lines.clear();

        source.put("a");
        informer.look();

        assertThat(told.lines).isEmpty();
        assertThat(source.watched()).isFalse();
    }

    private long nanos() {
        return Duration.between(Instant.EPOCH, clock.instant()).toNanos();
    }

    /** What the informer told, as lines and as the present objects. */
    private static final class Told implements Sink<KubeObject> {
        final List<String> lines = new ArrayList<>();
        final Map<String, KubeObject> now = new TreeMap<>();
        int smallest = Integer.MAX_VALUE;

        @Override
        public void put(String key, KubeObject before, KubeObject after) {
            lines.add((before == null ? "+" : "~") + after.name() + " " + after.resourceVersion());
            now.put(after.name(), after);
            if (now.size() > 1) {
                smallest = Math.min(smallest, now.size());
            }
        }

        @Override
        public void removed(String key, KubeObject last) {
            lines.add("-" + last.name());
            now.remove(last.name());
            smallest = Math.min(smallest, now.size());
        }

        @Override
        public void changed(State state) {
            lines.add(state.phase().toString());
        }
    }
}
