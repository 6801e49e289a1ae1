package io.drover.conntrack.internal.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SketchTest {

    private static final int CAPACITY = 64;

    @Test
    void isExactWhileItHasRoomForAll() {
        Sketch sketch = new Sketch(CAPACITY);
        for (int i = 0; i < CAPACITY; i++) {
            sketch.add(i, 0, 0, 0, i + 1);
        }

        for (int i = 0; i < CAPACITY; i++) {
            int place = sketch.find(i, 0, 0, 0);
            assertThat(sketch.count(place)).isEqualTo(i + 1);
            assertThat(sketch.error(place)).isZero();
        }
        assertThat(sketch.smallest()).isEqualTo(1);
    }

    @Test
    void keepsItsPromisesUnderMoreKeysThanItHolds() {
        Sketch sketch = new Sketch(CAPACITY);
        Map<Long, Long> real = new HashMap<>();
        Random random = new Random(7);
        for (int i = 0; i < 200_000; i++) {
            // Some are frequent, most are rare.
            long key = (long) Math.floor(Math.pow(random.nextDouble(), 4) * 5000);
            sketch.add(key, 1, 2, 3, 1);
            real.merge(key, 1L, Long::sum);
        }

        assertThat(sketch.total()).isEqualTo(200_000);
        for (Map.Entry<Long, Long> entry : real.entrySet()) {
            int place = sketch.find(entry.getKey(), 1, 2, 3);
            if (place < 0) {
                assertThat(entry.getValue())
                        .isLessThanOrEqualTo(sketch.smallest())
                        .isLessThanOrEqualTo(sketch.total() / CAPACITY);
            } else {
                assertThat(sketch.count(place)).isGreaterThanOrEqualTo(entry.getValue());
                assertThat(sketch.count(place) - sketch.error(place))
                        .isLessThanOrEqualTo(entry.getValue());
            }
        }
    }

    @Test
    void joinsTwoWindowsWithoutPromisingTooMuch() {
        Window window = new Window(2, Instant.EPOCH);
        window.add(1, 0, 0, 0, 10);
        window.add(2, 0, 0, 0, 5);
        window.turn(Instant.ofEpochSecond(60));
        window.add(1, 0, 0, 0, 3);
        window.add(3, 0, 0, 0, 1);

        assertThat(window.total()).isEqualTo(19);
        assertThat(window.largest(2))
                .containsExactly(
                        new Window.Row(1, 0, 0, 0, 13, 0), new Window.Row(2, 0, 0, 0, 6, 1));
        window.turn(Instant.ofEpochSecond(120));
        assertThat(window.since()).isEqualTo(Instant.ofEpochSecond(60));
        assertThat(window.total()).isEqualTo(4);
    }
}
