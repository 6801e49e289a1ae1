package io.drover.sandbox.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoreTest {

    private static final Store.Place WEB = new Store.Place(Resource.DEPLOYMENT, "shop", "web");

    private final Store store = new Store(100);

    @Test
    void aNewObjectGetsUidVersionAndGeneration() throws Refusal {
        Map<String, Object> made = store.create(WEB, deployment(2));

        assertThat(made).containsEntry("apiVersion", "apps/v1").containsEntry("kind", "Deployment");
        assertThat(metadata(made))
                .containsEntry("name", "web")
                .containsEntry("namespace", "shop")
                .containsEntry("generation", 1L)
                .containsKeys("uid", "resourceVersion", "creationTimestamp");
        assertThatThrownBy(() -> store.create(WEB, deployment(2)))
                .hasMessageContaining("already exists");
    }

    @Test
    void aPatchOfTheScaleChangesTheReplicasAndTheGeneration() throws Refusal {
        store.create(WEB, deployment(2));

        Map<String, Object> scale =
                store.patch(WEB, "scale", Map.of("spec", Map.of("replicas", 5L)));

        assertThat(Trees.map(scale, "spec")).containsEntry("replicas", 5L);
        assertThat(Trees.map(scale, "status")).containsEntry("selector", "app=web");
        Map<String, Object> after = store.get(WEB).orElseThrow();
        assertThat(Trees.map(after, "spec")).containsEntry("replicas", 5L).containsKey("selector");
        assertThat(metadata(after)).containsEntry("generation", 2L);
    }

    @Test
    void aStatusIsWrittenByItsSubresourceAloneAndDoesNotChangeTheGeneration() throws Refusal {
        store.create(WEB, deployment(2));

        store.patch(WEB, "", Map.of("status", Map.of("replicas", 9L)));
        assertThat(Trees.map(store.get(WEB).orElseThrow(), "status")).isEmpty();

        store.patch(WEB, "status", Map.of("status", Map.of("replicas", 2L), "spec", Map.of()));
        Map<String, Object> after = store.get(WEB).orElseThrow();
        assertThat(Trees.map(after, "status")).containsEntry("replicas", 2L);
        assertThat(metadata(after)).containsEntry("generation", 1L);
    }

    @Test
    void whoIsLateIsRefused() throws Refusal {
        Map<String, Object> made = store.create(WEB, deployment(2));
        store.patch(WEB, "scale", Map.of("spec", Map.of("replicas", 3L)));
        Object old = metadata(made).get("resourceVersion");

        Map<String, Object> late =
                Map.of("metadata", Map.of("resourceVersion", old), "spec", Map.of("replicas", 4L));
        assertThatThrownBy(() -> store.patch(WEB, "scale", late))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(409));
        assertThatThrownBy(() -> store.replace(WEB, late))
                .hasMessageContaining("has been modified");
    }

    @Test
    void aWriteThatChangesNothingIsNoChange() throws Refusal {
        Map<String, Object> made = store.create(WEB, deployment(2));

        store.patch(WEB, "scale", Map.of("spec", Map.of("replicas", 2L)));

        assertThat(store.get(WEB).orElseThrow()).isEqualTo(made);
    }

    @Test
    void nullInAMergePatchTakesAway() {
        Map<String, Object> patch = new HashMap<>();
        patch.put("gone", null);
        patch.put("deep", Map.of("b", 2L));
        patch.put("list", List.of(3L));

        assertThat(
                        Trees.merge(
                                Map.of(
                                        "gone",
                                        1L,
                                        "stays",
                                        1L,
                                        "deep",
                                        Map.of("a", 1L),
                                        "list",
                                        List.of(1L, 2L)),
                                patch))
                .isEqualTo(
                        Map.of("stays", 1L, "deep", Map.of("a", 1L, "b", 2L), "list", List.of(3L)));
    }

    @Test
    void changesAreToldInOrderAndWhoIsTooFarBehindMustBeginAnew()
            throws Refusal, InterruptedException {
        long before = store.version();
        store.create(WEB, deployment(2));
        store.delete(WEB);

        assertThat(store.after(before, 0))
                .extracting(Store.Change::type)
                .containsExactly("ADDED", "DELETED");
        assertThat(store.after(store.version(), 1)).isEmpty();

        for (int i = 0; i < 100; i++) {
            store.create(new Store.Place(Resource.POD, "shop", "p" + i), Map.of());
        }
        assertThatThrownBy(() -> store.after(before, 0)).hasMessageContaining("too old");
    }

    private static Map<String, Object> deployment(long replicas) {
        return Map.of(
                "spec",
                Map.of(
                        "replicas",
                        replicas,
                        "selector",
                        Map.of("matchLabels", Map.of("app", "web"))));
    }

    private static Map<String, Object> metadata(Map<String, Object> object) {
        return Trees.map(object, "metadata");
    }
}
