package io.drover.autoscaling.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.KubeObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The oldest so many work. */
class SlotsTest {

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private final Slots slots = new Slots(2);

    @Test
    void theYoungestWaitsAndWorksAsSoonAsAnOlderOneGoes() {
        slots.put(object("a", 1));
        slots.put(object("b", 2));
        assertThat(slots.put(object("c", 3))).isEmpty();
        assertThat(slots.admits("shop/c")).isFalse();
        assertThat(slots.waiting()).isEqualTo(1);

        assertThat(slots.removed("shop/a")).hasValue("shop/c");

        assertThat(slots.admits("shop/c")).isTrue();
        assertThat(slots.waiting()).isZero();
    }

    @Test
    void anOlderOneTakesThePlaceOfTheYoungest() {
        slots.put(object("b", 2));
        slots.put(object("c", 3));

        assertThat(slots.put(object("a", 1))).hasValue("shop/c");

        assertThat(slots.admits("shop/a")).isTrue();
        assertThat(slots.admits("shop/c")).isFalse();
    }

    @Test
    void ofTheSameAgeTheNameDecides() {
        slots.put(object("c", 1));
        slots.put(object("a", 1));
        slots.put(object("b", 1));

        assertThat(slots.admits("shop/c")).isFalse();
    }

    @Test
    void madeAnewItIsTheYoungest() {
        slots.put(object("a", 1));
        slots.put(object("b", 2));
        slots.put(object("c", 3));

        assertThat(slots.put(object("a", 9))).hasValue("shop/c");
        assertThat(slots.admits("shop/a")).isFalse();
    }

    @Test
    void whatWaitsMayGoToo() {
        slots.put(object("a", 1));
        slots.put(object("b", 2));
        slots.put(object("c", 3));

        assertThat(slots.removed("shop/c")).isEmpty();
        assertThat(slots.removed("shop/c")).isEmpty();
        assertThat(slots.waiting()).isZero();
    }

    @Test
    void afterAnythingTheOldestWork() {
        Random random = new Random(8);
        Slots many = new Slots(5);
        Map<String, KubeObject> there = new HashMap<>();
        for (int i = 0; i < 5_000; i++) {
            String name = "o" + random.nextInt(20);
            if (random.nextInt(3) == 0) {
                many.removed("shop/" + name);
                there.remove("shop/" + name);
            } else {
                KubeObject object = object(name, random.nextInt(8));
                many.put(object);
                there.put(object.key(), object);
            }
            List<String> oldest =
                    there.values().stream()
                            .sorted(
                                    Comparator.comparing(KubeObject::createdAt)
                                            .thenComparing(KubeObject::key))
                            .map(KubeObject::key)
                            .limit(5)
                            .toList();
            assertThat(there.keySet())
                    .allSatisfy(
                            key -> assertThat(many.admits(key)).isEqualTo(oldest.contains(key)));
        }
    }

    private static KubeObject object(String name, int second) {
        return new KubeObject(
                Map.of(
                        "metadata",
                        Map.of(
                                "namespace",
                                "shop",
                                "name",
                                name,
                                "creationTimestamp",
                                BEGIN.plusSeconds(second).toString())));
    }
}
