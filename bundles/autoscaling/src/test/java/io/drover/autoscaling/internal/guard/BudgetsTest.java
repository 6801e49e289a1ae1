package io.drover.autoscaling.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.kubernetes.KubeObject;
import io.drover.autoscaling.internal.decide.Samples.Budget;
import io.drover.testing.FakeElections;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What all autoscalers together may change. */
class BudgetsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void withoutABoundEverythingIsAllowed() {
        assertThat(left(Budgets.unlimited(), "shop/web", 3, NOW)).isEqualTo(Budget.UNLIMITED);
    }

    @Test
    void whatOneTookTheOthersDoNotHaveInThisMinute() {
        Budgets budgets = new Budgets(10, List.of(), false);

        take(budgets, "shop/web", 3, 9, NOW);
        take(budgets, "shop/api", 4, 2, NOW.plusSeconds(20));

        assertThat(left(budgets, "shop/web", 9, NOW.plusSeconds(59)).changes()).isEqualTo(2);
        assertThat(budgets.secondsUntilMore(NOW.plusSeconds(59).toEpochMilli())).isEqualTo(1);
        assertThat(left(budgets, "shop/web", 9, NOW.plusSeconds(60)).changes()).isEqualTo(8);
        assertThat(left(budgets, "shop/web", 9, NOW.plusSeconds(80)).changes()).isEqualTo(10);
    }

    @Test
    void whatWasNotWrittenComesBack() {
        Budgets budgets = new Budgets(10, List.of(Ceiling.read("team=shop: 20")), false);
        budgets.put(object("web", "shop", 3));
        take(budgets, "shop/web", 3, 9, NOW);

        budgets.giveBack("shop/web", 3, NOW);

        assertThat(left(budgets, "shop/web", 3, NOW)).isEqualTo(new Budget(10, 17, false));
    }

    @Test
    void aGroupGrowsToItsCeilingAndNoFurther() {
        Budgets budgets = new Budgets(0, List.of(Ceiling.read("team in (shop): 12")), false);
        budgets.put(object("web", "shop", 5));
        budgets.put(object("api", "shop", 4));
        budgets.put(object("else", "other", 100));

        assertThat(left(budgets, "shop/web", 5, NOW).growth()).isEqualTo(3);
        assertThat(left(budgets, "shop/else", 100, NOW).growth()).isEqualTo(Integer.MAX_VALUE);
        take(budgets, "shop/api", 4, 7, NOW);
        assertThat(left(budgets, "shop/web", 5, NOW).growth()).isZero();
        budgets.removed("shop/api");
        assertThat(left(budgets, "shop/web", 5, NOW).growth()).isEqualTo(7);
        budgets.put(object("web", "other", 5));
        assertThat(budgets.groups().values()).containsExactly(0L);
    }

    @Test
    void aGroupDoesNotGrowBeforeEachOfItsMembersWasLookedAt() {
        Budgets budgets = new Budgets(0, List.of(Ceiling.read("team=shop: 12")), false);
        budgets.put(object("web", "shop", 5));
        budgets.put(object("new", "shop"));
        budgets.put(object("else", "other", 1));

        assertThat(left(budgets, "shop/web", 5, NOW).growth()).isZero();
        assertThat(budgets.waits("shop/web")).isTrue();
        assertThat(budgets.waits("shop/else")).isFalse();

        budgets.seen("shop/new", 3);

        assertThat(left(budgets, "shop/web", 5, NOW).growth()).isEqualTo(4);
        assertThat(budgets.waits("shop/web")).isFalse();

        budgets.put(object("newer", "shop"));
        budgets.removed("shop/newer");

        assertThat(budgets.waits("shop/web")).isFalse();
    }

    @Test
    void aGroupAboveItsCeilingDoesNotGrow() {
        Budgets budgets = new Budgets(0, List.of(Ceiling.read("team=shop: 4")), false);
        budgets.put(object("web", "shop", 5));

        assertThat(left(budgets, "shop/web", 5, NOW).growth()).isZero();
    }

    @Test
    void twoAtTheSameTimeDoNotSpendItTwice() throws InterruptedException {
        Budgets budgets = new Budgets(50, List.of(Ceiling.read("team=shop: 30")), false);
        AtomicInteger written = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(4);
        for (int i = 0; i < 4; i++) {
            String name = "web-" + i;
            budgets.put(object(name, "shop", 0));
            new Thread(
                            () -> {
                                for (int replicas = 0; replicas < 20; ) {
                                    int from = replicas;
                                    replicas =
                                            budgets.take(
                                                    "shop/" + name,
                                                    from,
                                                    NOW,
                                                    left -> {
                                                        int to =
                                                                from
                                                                        + Math.min(
                                                                                1,
                                                                                Math.min(
                                                                                        left
                                                                                                .changes(),
                                                                                        left
                                                                                                .growth()));
                                                        return new Budgets.Taken<>(to, to);
                                                    });
                                    if (replicas == from) {
                                        break;
                                    }
                                    written.incrementAndGet();
                                }
                                done.countDown();
                            })
                    .start();
        }
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(written).hasValue(30);
    }

    @Test
    void aNewLeaderKnowsWhatTheOldOneSpent() {
        FakeElections elections = new FakeElections();
        List<io.drover.api.kubernetes.Term> terms = new ArrayList<>();
        var candidacy =
                elections.enter("autoscaling", standing -> standing.term().ifPresent(terms::add));
        elections.lead();
        Budgets budgets = new Budgets(10, List.of(), false);
        Map<String, Object> early =
                Map.of("time", "2026-01-01T11:58:00Z", "replicas", 1, "toReplicas", 9);
        Map<String, Object> late =
                Map.of("time", "2026-01-01T11:59:30Z", "replicas", 9, "toReplicas", 3);
        KubeObject object =
                new KubeObject(
                        Map.of(
                                "metadata",
                                Map.of("namespace", "shop", "name", "web"),
                                "status",
                                Map.of("horizontal", Map.of("lastActions", List.of(early, late)))));

        budgets.begin(terms.get(0), List.of(object), NOW);

        assertThat(left(budgets, "shop/web", 3, NOW).changes()).isEqualTo(4);
        candidacy.close();
    }

    @Test
    void aCeilingNamesItsGroupAndItsNumber() {
        Ceiling ceiling = Ceiling.read(" team=shop,tier in (web, api) : 200 ");

        assertThat(ceiling.max()).isEqualTo(200);
        assertThat(ceiling.text()).isEqualTo("team=shop,tier in (web, api)");
        for (String wrong : List.of("", ": 5", "team=shop", "team=shop: many", "team=shop: -1")) {
            assertThatThrownBy(() -> Ceiling.read(wrong))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static void take(Budgets budgets, String key, int from, int to, Instant at) {
        budgets.take(key, from, at, left -> new Budgets.Taken<>(to, to));
    }

    private static Budget left(Budgets budgets, String key, int current, Instant at) {
        return budgets.take(key, current, at, left -> new Budgets.Taken<>(left, current));
    }

    /** One without a status. */
    private static KubeObject object(String name, String team) {
        return new KubeObject(
                Map.of(
                        "metadata",
                        Map.of("namespace", "shop", "name", name, "labels", Map.of("team", team))));
    }

    private static KubeObject object(String name, String team, int replicas) {
        return new KubeObject(
                Map.of(
                        "metadata",
                        Map.of("namespace", "shop", "name", name, "labels", Map.of("team", team)),
                        "status",
                        Map.of("currentReplicas", replicas)));
    }
}
