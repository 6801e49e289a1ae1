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
        assertThat(sketch.missable()).isZero();
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
        assertThat(sketch.missable()).isPositive().isLessThanOrEqualTo(200_000 / CAPACITY);
        assertKeepsPromises(sketch, real);
    }

    @Test
    void keepsItsPromisesForAmountsOfAnySize() {
        Sketch sketch = new Sketch(CAPACITY);
        Map<Long, Long> real = new HashMap<>();
        Random random = new Random(8);
        for (int i = 0; i < 50_000; i++) {
            long key = random.nextInt(CAPACITY * 20);
            long amount = random.nextInt(10) == 0 ? random.nextInt(1 << 20) : random.nextInt(3);
            sketch.add(0, key, key * key, 3, amount);
            real.merge(key, amount, Long::sum);
        }

        assertThat(sketch.missable()).isPositive();
        for (Map.Entry<Long, Long> entry : real.entrySet()) {
            long key = entry.getKey();
            assertPromise(sketch, sketch.find(0, key, key * key, 3), entry.getValue());
        }
    }

    @Test
    void forgetsMostOfAFloodOfKeysThatComeOnce() {
        Sketch sketch = new Sketch(CAPACITY);
        for (int i = 0; i < 100_000; i++) {
            sketch.add(i, 0, 0, 0, 1);
            sketch.add(-1, 0, 0, 0, 1);
        }

        int place = sketch.find(-1, 0, 0, 0);
        assertThat(sketch.count(place)).isEqualTo(100_000);
        assertThat(sketch.error(place)).isZero();
        assertThat(sketch.size()).isLessThanOrEqualTo(2 * CAPACITY);
        assertThat(sketch.missable()).isBetween(1L, 200_000L / CAPACITY);
    }

    @Test
    void beginsAnewWhenItIsCleared() {
        Sketch sketch = new Sketch(1);
        for (int i = 0; i < 10; i++) {
            sketch.add(i, 0, 0, 0, 5);
        }
        assertThat(sketch.missable()).isPositive();

        sketch.clear();
        sketch.add(3, 0, 0, 0, 2);

        assertThat(sketch.find(4, 0, 0, 0)).isNegative();
        assertThat(sketch.total()).isEqualTo(2);
        assertThat(sketch.missable()).isZero();
        assertThat(sketch.count(sketch.find(3, 0, 0, 0))).isEqualTo(2);
    }

    private static void assertKeepsPromises(Sketch sketch, Map<Long, Long> real) {
        for (Map.Entry<Long, Long> entry : real.entrySet()) {
            int place = sketch.find(entry.getKey(), 1, 2, 3);
            assertPromise(sketch, place, entry.getValue());
        }
    }

    private static void assertPromise(Sketch sketch, int place, long real) {
        if (place < 0) {
            assertThat(real)
                    .isLessThanOrEqualTo(sketch.missable())
                    .isLessThanOrEqualTo(sketch.total() / CAPACITY);
        } else {
            assertThat(sketch.count(place)).isGreaterThanOrEqualTo(real);
            assertThat(sketch.count(place) - sketch.error(place)).isLessThanOrEqualTo(real);
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
                        new Window.Row(1, 0, 0, 0, 13, 0), new Window.Row(2, 0, 0, 0, 5, 0));
        window.turn(Instant.ofEpochSecond(120));
        assertThat(window.since()).isEqualTo(Instant.ofEpochSecond(60));
        assertThat(window.total()).isEqualTo(4);
    }

    @Test
    void addsToWhoIsInOneWindowAloneWhatMayBeMissingInTheOther() {
        Window window = new Window(1, Instant.EPOCH);
        window.add(1, 0, 0, 0, 10);
        window.turn(Instant.ofEpochSecond(60));
        window.add(2, 0, 0, 0, 9);
        window.add(3, 0, 0, 0, 2);
        window.add(4, 0, 0, 0, 1);

        assertThat(window.largest(2))
                .containsExactly(
                        new Window.Row(1, 0, 0, 0, 12, 2), new Window.Row(2, 0, 0, 0, 9, 0));
    }
}
