package io.drover.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class FactsTest {

    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void keepsWhatJsonTakes() {
        Map<String, Object> given = new LinkedHashMap<>();
        given.put("text", "a");
        given.put("whole", 1);
        given.put("long", 2L);
        given.put("part", 0.5);
        given.put("nan", Double.NaN);
        given.put("truth", true);
        given.put("at", T0);
        given.put("took", Duration.ofMillis(3));
        given.put("none", null);

        assertThat(Facts.of(given)).containsExactlyEntriesOf(given);
    }

    @Test
    void takesTheFigureOfALiveCounter() {
        AtomicLong live = new AtomicLong(7);
        LongAdder adder = new LongAdder();
        adder.add(8);
        DoubleAdder part = new DoubleAdder();
        part.add(0.25);
        Map<String, Object> facts = Facts.of(Map.of("a", live, "b", adder, "c", part));

        live.set(99);

        assertThat(facts).containsEntry("a", 7L).containsEntry("b", 8L).containsEntry("c", 0.25);
    }

    @Test
    void showsAnythingElseAsText() {
        assertThat(Facts.of(Map.of("path", Path.of("/a/b"), "list", List.of(1, 2), "c", 'x')))
                .containsEntry("path", "/a/b")
                .containsEntry("list", "[1, 2]")
                .containsEntry("c", "x");
    }

    @Test
    void doesNotFollowAMapThatChangesLater() {
        Map<String, Object> given = new LinkedHashMap<>(Map.of("a", 1));
        Map<String, Object> facts = Facts.of(given);

        given.put("b", 2);

        assertThat(facts).containsOnlyKeys("a");
    }
}
