package io.drover.autoscaling.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.ClusterException;
import io.drover.autoscaling.internal.decide.Condition;
import io.drover.autoscaling.internal.guard.Budgets;
import io.drover.autoscaling.internal.guard.Ceiling;
import io.drover.autoscaling.internal.guard.Slots;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What holds for all autoscalers together: their number, a budget, ceilings, a freeze. */
class GuardTest {

    private Rig rig;

    @AfterEach
    void close() {
        rig.close();
    }

    private void rig(Slots slots, Budgets budgets) {
        rig = new Rig(slots, budgets, Outside.noPrometheus(), Outside.noRecommenders());
    }

    @Test
    void ofTooManyTheOldestWorkAndTheNextTakesAFreePlaceAtOnce() {
        rig(new Slots(1), Budgets.unlimited());
        rig.deployment("old", 2, "50m");
        rig.deployment("young", 2, "90m");
        rig.cluster.put(aged("old", 1));
        rig.until("the old one works", "old", () -> active("old"));
        rig.cluster.put(aged("young", 2));

        rig.until("the young one says why not", "young", () -> refused("young"));
        assertThat(rig.condition("young", Condition.ERROR).message())
                .isEqualTo(
                        "Autoscaler disabled as maximum number per cluster reached (1): it works when an older one"
                                + " is deleted, or with a larger autoscaling.objects_max");
        rig.until("a warning", "young", () -> !rig.told("ClusterAutoscalerLimitReached").isEmpty());
        assertThat(rig.replicas("young")).isEqualTo(2);
        assertThat(rig.explain("young")).contains("maximum number per cluster reached");

        rig.cluster.delete(Rig.ref("old"));

        rig.until("the young one works", "young", () -> rig.replicas("young") == 4);
        rig.until("it says so", "young", () -> active("young"));
    }

    @Test
    void anOlderOneThatComesLaterPushesTheYoungestOut() {
        rig(new Slots(1), Budgets.unlimited());
        rig.deployment("old", 2, "90m");
        rig.deployment("young", 2, "50m");
        rig.cluster.put(aged("young", 2));
        rig.until("the young one works", "young", () -> active("young"));

        rig.cluster.put(aged("old", 1));

        rig.until("the old one works", "old", () -> rig.replicas("old") == 4);
        rig.until("the young one does not", "young", () -> refused("young"));
    }

    @Test
    void aFrozenClusterDecidesTellsAndWritesNothing() {
        rig(new Slots(9), new Budgets(0, List.of(), true));
        rig.deployment("web", 2, "90m");
        rig.cluster.put(rig.scaler("web"));

        rig.until(
                "the condition",
                "web",
                () -> rig.condition("web", Condition.ACTIVE).reason().equals("ClusterFrozen"));
        rig.until("an event", "web", () -> !rig.told("ClusterFrozen").isEmpty());
        assertThat(rig.condition("web", Condition.HORIZONTAL_ABLE_TO_SCALE).message())
                .isEqualTo(
                        "would go from 2 to 4 replicas, but nothing is written while the cluster is frozen");
        assertThat(rig.explain("web")).contains("frozen");
        assertThat(rig.replicas("web")).isEqualTo(2);
        assertThat(rig.counters.scaled.sum()).isZero();
    }

    @Test
    void theBudgetOfAMinuteIsSharedByAll() {
        rig(new Slots(9), new Budgets(5, List.of(), false));
        for (String name : List.of("a", "b", "c")) {
            rig.deployment(name, 2, "90m"); // each wants two more
            rig.cluster.put(rig.scaler(name));
        }

        rig.until(
                "five replicas more",
                "a",
                () -> rig.replicas("a") + rig.replicas("b") + rig.replicas("c") == 11);
        rig.until("a warning", "a", () -> !rig.told("BudgetLimited").isEmpty());
        assertThat(rig.told("BudgetLimited").get(0))
                .contains("the cluster's budget has")
                .contains("changes left in this minute");
        rig.until(
                "the condition",
                "a",
                () ->
                        List.of("a", "b", "c").stream()
                                .map(
                                        name ->
                                                rig.condition(
                                                        name, Condition.HORIZONTAL_SCALING_LIMITED))
                                .anyMatch(limited -> limited.reason().equals("BudgetLimited")));
        assertThat(rig.counters.limitedByChanges.sum()).isPositive();
        assertThat(rig.replicas("a") + rig.replicas("b") + rig.replicas("c")).isEqualTo(11);
    }

    @Test
    void whatTheApiServerRefusesDoesNotCount() {
        rig(new Slots(9), new Budgets(2, List.of(), false));
        rig.cluster.refuseWrites(
                new ClusterException(ClusterException.Cause.FORBIDDEN, "cannot patch scale"));
        rig.deployment("web", 2, "90m");
        rig.cluster.put(rig.scaler("web"));
        rig.until("refused", "web", () -> rig.told("FailedScale").size() >= 2);

        rig.cluster.refuseWrites(null);

        rig.until("four replicas", "web", () -> rig.replicas("web") == 4);
    }

    @Test
    void aGroupStaysBelowItsCeiling() {
        rig(new Slots(9), new Budgets(0, List.of(Ceiling.read("team=shop: 7")), false));
        for (String name : List.of("a", "b")) {
            rig.deployment(name, 3, "200m");
        }
        synchronized (rig.cluster) { // nobody looks at the first one before the second is there
            for (String name : List.of("a", "b")) {
                rig.cluster.put(Rig.with(rig.scaler(name), "labels", Map.of("team", "shop")));
            }
        }
        rig.deployment("other", 2, "90m");
        rig.cluster.put(rig.scaler("other"));

        rig.until("the other one grows", "other", () -> rig.replicas("other") == 4);
        rig.until("one more in the group", "a", () -> rig.replicas("a") + rig.replicas("b") == 7);
        rig.until("a warning", "a", () -> !rig.told("BudgetLimited").isEmpty());
        assertThat(rig.told("BudgetLimited").toString())
                .contains("the ceiling over the group leaves room for");
        assertThat(rig.counters.limitedByCeiling.sum()).isPositive();
        assertThat(rig.replicas("a") + rig.replicas("b")).isEqualTo(7);
    }

    private Map<String, Object> aged(String name, int second) {
        return Rig.with(rig.scaler(name), "creationTimestamp", "2026-01-01T00:00:0" + second + "Z");
    }

    private boolean refused(String name) {
        return rig.condition(name, Condition.ERROR)
                .reason()
                .equals("ClusterAutoscalerLimitReached");
    }

    private boolean active(String name) {
        return rig.status(name, Condition.ACTIVE).equals("True");
    }
}
