package io.drover.autoscaling.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ResourceType;
import io.drover.autoscaling.internal.decide.Objective;
import io.drover.autoscaling.internal.decide.Samples.Measured;
import io.drover.autoscaling.internal.decide.Samples.Usage;
import io.drover.testing.Await;
import io.drover.testing.FakeCluster;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PodUsageTest {

    private static final ObjectKind KIND = new ObjectKind("metrics.k8s.io/v1beta1", "PodMetrics");
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Objective.Resource CPU =
            new Objective.Resource("cpu", "", new Objective.Goal(true, 50));

    private final FakeCluster cluster = new FakeCluster(term -> true);
    private final AtomicInteger news = new AtomicInteger();

    @Test
    void aNamespaceThatIsLookedAtSeldomIsNotForgottenBetweenTwoLooks() {
        try (PodUsage usage = usage(Duration.ofMinutes(10))) {
            first(usage);

            for (int round = 1; round <= 60; round++) {
                next(round, usage);
            }

            assertThat(measure(usage)).isInstanceOf(Usage.class);
        }
    }

    @Test
    void aNamespaceThatNobodyLooksAtAnyMoreIsForgotten() {
        try (PodUsage usage = usage(Duration.ofMillis(100))) {
            first(usage);

            Await.until(
                    "no namespace is asked for",
                    DEADLINE,
                    () -> usage.namespaces() == 0,
                    () -> usage.namespaces() + " are");

            assertThat(measure(usage)).isNotInstanceOf(Usage.class);
        }
    }

    @Test
    void aFigureThatIsNewIsSeenLongBeforeTheRegularInterval() {
        try (PodUsage usage = usage(Duration.ofHours(1), Duration.ofMillis(5), DEADLINE)) {
            first(usage);

            for (int round = 1; round <= 3; round++) {
                next(round, usage);
            }

            assertThat(measure(usage)).isInstanceOf(Usage.class);
        }
    }

    private PodUsage usage(Duration asked) {
        return usage(Duration.ofMillis(5), Duration.ZERO, asked);
    }

    private PodUsage usage(Duration interval, Duration eager, Duration asked) {
        cluster.serve(new ResourceType(KIND, "pods", true, Set.of()));
        PodUsage usage = new PodUsage(cluster, interval, eager, 2, asked, 1_000, System::nanoTime);
        usage.tell(namespace -> news.incrementAndGet());
        return usage;
    }

    private void first(PodUsage usage) {
        publish(0);
        Await.until(
                "the first figure",
                DEADLINE,
                () -> measure(usage) instanceof Usage,
                () -> measure(usage).toString());
    }

    /** One more round at the least, in which nobody asks. */
    private void next(int round, PodUsage usage) {
        int before = news.get();
        publish(round);
        Await.until(
                "news of round " + round,
                DEADLINE,
                () -> news.get() > before,
                () -> "none; it follows " + usage.namespaces() + " namespaces");
    }

    private void publish(int millicores) {
        cluster.put(
                Map.of(
                        "apiVersion",
                        KIND.apiVersion(),
                        "kind",
                        KIND.kind(),
                        "metadata",
                        Map.of("namespace", "default", "name", "web-1", "labels", Map.of("a", "b")),
                        "timestamp",
                        Instant.now().toString(),
                        "window",
                        "30s",
                        "containers",
                        List.of(Map.of("name", "app", "usage", Map.of("cpu", millicores + "m")))));
    }

    private static Measured measure(PodUsage usage) {
        return usage.measure("default", Selector.of("a=b"), CPU);
    }
}
