package io.drover.metrics.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.http.ProblemException;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.status.OnFailure;
import io.drover.api.status.State;
import io.drover.testing.Await;
import io.drover.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegistryTest {

    private static final Family GOOD = Family.gauge("drover_good", "Good.");
    private static final Family BY_KIND = Family.counter("drover_kind_total", "By kind.", "kind");

    private final Registry registry =
            new Registry(new Settings(Duration.ofSeconds(2), 4, 10_000), Duration.ofSeconds(20));
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void stop() throws InterruptedException {
        end.countDown();
        registry.stop();
    }

    @Test
    void asksEverySourceThatIsThereAtTheTime() throws Exception {
        MetricSource source = good();
        assertThat(samples()).isEmpty();

        registry.add("good", source);
        assertThat(samples()).containsExactly("drover_good 1.0");

        registry.remove(source);
        assertThat(samples()).isEmpty();
    }

    @Test
    void leavesOutASourceThatFailsAndCountsIt() throws Exception {
        registry.add("good", good());
        registry.add(
                "bad",
                Given.of(
                        out -> {
                            out.add(BY_KIND, 1, "half");
                            throw new IllegalStateException("no figures today");
                        },
                        BY_KIND));
        registry.add("metrics", new RegistrySeries(registry));

        samples();

        assertThat(samples())
                .contains("drover_good 1.0")
                .contains("drover_metrics_source_errors_total{source=\"bad\"} 2.0")
                .contains("drover_metrics_source_errors_total{source=\"good\"} 0.0")
                .noneMatch(line -> line.startsWith("drover_kind_total"));
    }

    @Test
    void survivesErrorsOfASourceWhoseBundleIsGoing() throws Exception {
        registry.add("good", good());
        registry.add(
                "going",
                Given.of(
                        out -> {
                            throw new NoClassDefFoundError("io/drover/Gone");
                        }));

        assertThat(samples()).containsExactly("drover_good 1.0");
    }

    @Test
    void survivesASourceThatCannotEvenSayWhatItHas() throws Exception {
        registry.add("good", good());
        registry.add("bad", new Given(null, out -> {}));

        assertThat(samples()).containsExactly("drover_good 1.0");
    }

    @Test
    void doesNotWaitForASlowSourceAndDoesNotAskItTwice() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        AtomicBoolean slow = new AtomicBoolean(true);
        CountDownLatch back = new CountDownLatch(1);
        registry.add("good", good());
        registry.add(
                "slow",
                Given.of(
                        out -> {
                            asked.incrementAndGet();
                            if (slow.get()) {
                                waitThroughInterrupts(back);
                            }
                            out.add(BY_KIND, 1, "late");
                        },
                        BY_KIND));

        assertThat(samples()).containsExactly("drover_good 1.0");
        assertThat(samples()).containsExactly("drover_good 1.0");
        assertThat(asked).hasValue(1);
        assertThat(source("slow").failure()).contains("has not come back");
        assertThat(registry.ledgers().get("slow").failures()).isEqualTo(2);

        slow.set(false);
        back.countDown();
        Await.until(
                "the slow source is back",
                Duration.ofSeconds(5),
                () -> samples().contains("drover_kind_total{kind=\"late\"} 1.0"),
                () -> source("slow").failure());
        assertThat(source("slow").failure()).isEmpty();
    }

    @Test
    void leavesOutWhatWouldSpoilThePageAndCountsWhy() throws Exception {
        Family undeclared = Family.gauge("drover_undeclared", "Not in the list.");
        Family badName = Family.gauge("drover-bad", "A name with a hyphen.");
        Family badLabel = Family.gauge("drover_label", "A label with a hyphen.", "a-b");
        Family noHelp = Family.gauge("drover_help", " ");
        Family badBounds = Family.histogram("drover_bounds", "Not ascending.", List.of(2.0, 1.0));
        Family times = Family.histogram("drover_times", "Times.", List.of(1.0));
        registry.add(
                "odd",
                Given.of(
                        out -> {
                            out.add(GOOD, 1);
                            out.add(GOOD, 2);
                            out.add(undeclared, 1);
                            out.add(badName, 1);
                            out.add(badLabel, 1, "x");
                            out.add(noHelp, 1);
                            out.add(BY_KIND, 1);
                            out.add(BY_KIND, 1, "a", "b");
                            out.add(BY_KIND, 1, (String) null);
                            out.add(BY_KIND, -1, "negative");
                            out.add(BY_KIND, Double.NaN, "nan");
                            out.histogram(badBounds, new long[3], 0);
                            out.histogram(times, new long[3], 0);
                            out.histogram(times, new long[] {-1, 0}, 0);
                            out.histogram(GOOD, new long[1], 0);
                            out.add(times, 1);
                        },
                        GOOD,
                        badName,
                        badLabel,
                        noHelp,
                        BY_KIND,
                        badBounds,
                        times));

        assertThat(samples()).containsExactly("drover_good 1.0");

        assertThat(registry.ledgers().get("odd").dropped())
                .containsEntry(Ledger.Reason.DEFINITION, 4L)
                .containsEntry(Ledger.Reason.UNDECLARED, 5L)
                .containsEntry(Ledger.Reason.DUPLICATE, 1L)
                .containsEntry(Ledger.Reason.LABELS, 3L)
                .containsEntry(Ledger.Reason.VALUE, 6L);
    }

    @Test
    void joinsAFamilyThatTwoSourcesDeclareAlike() throws Exception {
        registry.add("a", Given.of(out -> out.add(BY_KIND, 1, "a"), BY_KIND));
        registry.add(
                "b",
                Given.of(
                        out -> {
                            out.add(BY_KIND, 2, "b");
                            out.add(BY_KIND, 9, "a");
                        },
                        Family.counter("drover_kind_total", "By kind.", "kind")));

        assertThat(samples())
                .containsExactly(
                        "drover_kind_total{kind=\"a\"} 1.0", "drover_kind_total{kind=\"b\"} 2.0");
        assertThat(registry.ledgers().get("b").dropped())
                .containsEntry(Ledger.Reason.DUPLICATE, 1L);
    }

    @Test
    void keepsANameForOneMeaning() throws Exception {
        Family gauge = Family.gauge("drover_kind", "The base name of a counter.");
        Family otherHelp = Family.counter("drover_kind_total", "Other words.", "kind");
        Family sum = Family.gauge("drover_times_sum", "Part of a histogram.");
        Family times = Family.histogram("drover_times", "Times.", List.of());
        registry.add("a", Given.of(out -> out.add(BY_KIND, 1, "a"), BY_KIND));
        registry.add("a", Given.of(out -> out.histogram(times, new long[] {1}, 2), times));
        registry.add("b", Given.of(out -> out.add(gauge, 2), gauge));
        registry.add("c", Given.of(out -> out.add(otherHelp, 3, "c"), otherHelp));
        registry.add("d", Given.of(out -> out.add(sum, 4), sum));

        assertThat(samples())
                .containsExactly(
                        "drover_kind_total{kind=\"a\"} 1.0",
                        "drover_times_bucket{le=\"+Inf\"} 1",
                        "drover_times_count 1",
                        "drover_times_sum 2.0");
        for (String late : List.of("b", "c", "d")) {
            assertThat(registry.ledgers().get(late).dropped())
                    .as(late)
                    .containsEntry(Ledger.Reason.CONFLICT, 1L);
        }
    }

    @Test
    void answersManyAtOnceAndComesToTheSameFigures() throws Exception {
        registry.add("good", good());
        ExecutorService clients = Executors.newFixedThreadPool(8);
        List<Future<List<String>>> pages = new ArrayList<>();

        for (int i = 0; i < 200; i++) {
            pages.add(clients.submit(this::samples));
        }

        for (Future<List<String>> page : pages) {
            assertThat(page.get(20, TimeUnit.SECONDS)).containsExactly("drover_good 1.0");
        }
        clients.shutdown();
        assertThat(registry.scrapes()).isEqualTo(200);
    }

    @Test
    void refusesAScrapeThatGetsNoTurn() throws Exception {
        Registry narrow =
                new Registry(
                        new Settings(Duration.ofSeconds(30), 1, 10_000), Duration.ofMillis(50));
        CountDownLatch inside = new CountDownLatch(1);
        narrow.add(
                "slow",
                Given.of(
                        out -> {
                            inside.countDown();
                            waitThroughInterrupts(end);
                        }));
        ExecutorService client = Executors.newSingleThreadExecutor();
        client.submit(() -> Scrape.of(narrow));
        assertThat(inside.await(5, TimeUnit.SECONDS)).isTrue();

        assertThatThrownBy(() -> Scrape.of(narrow))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("metrics.scrapes_max = 1");

        end.countDown();
        client.shutdownNow();
        narrow.stop();
    }

    @Test
    void sumsUpTheSeriesThatAreTooManyAndSaysSo() throws Exception {
        registry.apply(new Settings(Duration.ofSeconds(2), 4, 10));
        Family times = Family.histogram("drover_times", "Times.", List.of(1.0), "kind");
        registry.add(
                "many",
                Given.of(
                        out -> {
                            for (int i = 0; i < 100; i++) {
                                out.add(BY_KIND, 1, "kind-" + i);
                                out.histogram(times, new long[] {1, 2}, 0.5, "kind-" + i);
                            }
                        },
                        BY_KIND,
                        times));
        registry.add("metrics", new RegistrySeries(registry));

        for (int scrape = 1; scrape <= 3; scrape++) {
            assertThat(samples())
                    .contains("drover_kind_total{kind=\"kind-9\"} 1.0")
                    .contains("drover_kind_total{kind=\"overflow\"} 90.0")
                    .contains("drover_times_bucket{kind=\"overflow\",le=\"1.0\"} 90")
                    .contains("drover_times_count{kind=\"overflow\"} 270")
                    .contains("drover_times_sum{kind=\"overflow\"} 45.0");
        }
        assertThat(registry.ledgers().get("many").overflowed()).isEqualTo(3 * 180);
        assertThat(source("many").overflowing()).isNotEmpty();
    }

    @Test
    void givesTheNewFiguresOfSeriesThatComeInAnotherOrderOrGo() throws Exception {
        List<String> order = new ArrayList<>(List.of("a", "b", "c"));
        AtomicInteger scrape = new AtomicInteger();
        registry.add(
                "moving",
                Given.of(
                        out -> order.forEach(kind -> out.add(BY_KIND, scrape.get(), kind)),
                        BY_KIND));

        for (List<String> now :
                List.of(
                        List.of("a", "b", "c"),
                        List.of("c", "a"),
                        List.of("b", "d", "a", "c"),
                        List.<String>of(),
                        List.of("d"))) {
            order.clear();
            order.addAll(now);
            int number = scrape.incrementAndGet();
            assertThat(samples())
                    .containsExactlyElementsOf(
                            now.stream()
                                    .map(
                                            k ->
                                                    "drover_kind_total{kind=\""
                                                            + k
                                                            + "\"} "
                                                            + number
                                                            + ".0")
                                    .toList());
        }
    }

    @Test
    void forgetsSeriesThatAreNotGivenAnyMore() throws Exception {
        int number = 0;
        SourceSamples samples = new SourceSamples(new Source("churn", good(), new Ledger("churn")));
        samples.define(java.util.Map.of(BY_KIND, Definition.of(BY_KIND)));
        for (int i = 0; i < 200; i++) {
            samples.begin(10_000);
            for (int k = 0; k < 100; k++) {
                samples.add(BY_KIND, 1, "kind-" + number++);
            }
            samples.end();
        }

        assertThat(samples.known()).isLessThan(600);
    }

    @Test
    void asksOnlyTheSourcesThatAreWanted() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        registry.add("good", good());
        registry.add("other", Given.of(out -> asked.incrementAndGet()));

        assertThat(Scrape.with(registry, "collect[]", "good").samples())
                .containsExactly("drover_good 1.0");
        assertThat(asked).hasValue(0);
        assertThatThrownBy(() -> Scrape.with(registry, "collect[]", "nobody"))
                .isInstanceOf(ProblemException.class)
                .hasMessage("collect[] must be one of good, other, is 'nobody'");
    }

    @Test
    void givesOnlyTheFamiliesThatAreNamed() throws Exception {
        registry.add("good", good());
        registry.add("kind", Given.of(out -> out.add(BY_KIND, 1, "a"), BY_KIND));

        assertThat(Scrape.with(registry, "name[]", "drover_kind_total").samples())
                .containsExactly("drover_kind_total{kind=\"a\"} 1.0");
        assertThat(
                        Scrape.with(registry, "name[]", "drover_good", "name[]", "drover_kind")
                                .samples())
                .hasSize(2);
        assertThat(Scrape.with(registry, "name[]", "drover_nothing").samples()).isEmpty();
    }

    @Test
    void doesNotWaitLongerThanTheClientDoes() throws Exception {
        registry.apply(new Settings(Duration.ofSeconds(20), 4, 10_000));
        registry.add("a-slow", Given.of(out -> waitThroughInterrupts(end)));
        registry.add("z-good", good());

        long begin = System.nanoTime();
        List<String> samples =
                Scrape.of(registry, "X-Prometheus-Scrape-Timeout-Seconds", "1.0").samples();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
        assertThat(samples).isEmpty();
        assertThat(source("a-slow").failure()).contains("took longer than");
        assertThat(source("z-good").failure()).contains("the scrape's time was over");
    }

    @Test
    void isDegradedWhileASourceFails() throws Exception {
        AtomicBoolean failing = new AtomicBoolean(true);
        registry.add(
                "odd",
                Given.of(
                        out -> {
                            if (failing.get()) {
                                throw new IllegalStateException("no figures today");
                            }
                        }));
        Metrics metrics =
                new Metrics(registry, new ManualClock(Instant.parse("2026-11-22T20:00:00Z")));

        samples();
        assertThat(metrics.steps().get(0).status().state()).isEqualTo(State.DEGRADED);
        assertThat(metrics.steps().get(0).status().reason())
                .isEqualTo("odd threw java.lang.IllegalStateException: no figures today");
        assertThat(metrics.steps().get(0).onFailure()).isEqualTo(OnFailure.CONTINUE);

        failing.set(false);
        samples();
        assertThat(metrics.steps().get(0).status().state()).isEqualTo(State.ACTIVE);
    }

    private static MetricSource good() {
        return Given.of(out -> out.add(GOOD, 1), GOOD);
    }

    private Source source(String name) {
        return registry.sources().stream()
                .filter(source -> source.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<String> samples() throws Exception {
        return Scrape.of(registry).samples();
    }

    private static void waitThroughInterrupts(CountDownLatch latch) {
        boolean open = false;
        while (!open) {
            try {
                open = latch.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                // As a source in native code would behave.
                open = latch.getCount() == 0;
            }
        }
    }
}
