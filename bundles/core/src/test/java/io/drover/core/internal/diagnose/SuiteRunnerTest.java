package io.drover.core.internal.diagnose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.diagnosis.Check;
import io.drover.api.diagnosis.Check.Verdict;
import io.drover.api.diagnosis.Diagnosis.Report;
import io.drover.api.diagnosis.Suite;
import io.drover.api.http.Reply;
import io.drover.api.http.Route;
import io.drover.testing.Await;
import io.drover.testing.JsonText;
import io.drover.testing.ManualClock;
import io.drover.testing.ScriptedRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SuiteRunnerTest {

    private static final Check GOOD = Check.pass("room", "12 MiB are free");
    private static final Check BAD =
            Check.fail("gate", "it is shut", "open the gate", "gate --open");
    private static final Check SO_SO = Check.warn("lamp", "it flickers", "change it", "");

    private final CountDownLatch hang = new CountDownLatch(1);
    private final SuiteRunner runner =
            new SuiteRunner(
                    () -> List.of(suite("own", () -> List.of(GOOD))),
                    Duration.ofMillis(200),
                    new ManualClock(Instant.parse("2026-01-01T00:00:00Z")));

    @AfterEach
    void endWhatHangs() {
        hang.countDown();
        runner.close();
    }

    @Test
    void runsAllOwnSuitesFirstAndPassesWithoutAFailure() throws Exception {
        runner.add(suite("zoo", () -> List.of(SO_SO)));
        runner.add(suite("ant", () -> List.of(GOOD)));

        Report report = runner.run(List.of());

        assertThat(report.passed()).isTrue();
        assertThat(report.outcomes().stream().map(outcome -> outcome.suite().name()))
                .containsExactly("own", "ant", "zoo");
    }

    @Test
    void runsTheNamedAloneAndFailsWithOneFailure() throws Exception {
        runner.add(suite("farm", () -> List.of(GOOD, BAD)));

        Report report = runner.run(List.of("farm"));

        assertThat(report.passed()).isFalse();
        assertThat(report.outcomes()).hasSize(1);
        assertThat(report.outcomes().get(0).checks()).containsExactly(GOOD, BAD);
    }

    @Test
    void anUnknownNameIsRefusedWithThoseThatAreThere() {
        assertThatThrownBy(() -> runner.run(List.of("zebra")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no suite zebra; there are: own");
    }

    @Test
    void aSuiteThatThrowsFailsAloneAndTheRestIsThere() throws Exception {
        runner.add(
                suite(
                        "broken",
                        () -> {
                            throw new IllegalStateException("no luck");
                        }));

        Report report = runner.run(List.of());

        assertThat(report.outcomes().get(0).checks()).containsExactly(GOOD);
        Check check = report.outcomes().get(1).checks().get(0);
        assertThat(check.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(check.finding()).contains("it broke", "no luck");
    }

    @Test
    void aSuiteThatHangsIsCutOffAndNotStartedAgainWhileItDoes() throws Exception {
        runner.add(suite("deaf", this::hangDeaf));

        assertThat(finding(runner.run(List.of("deaf")))).contains("within 200 ms", "cut off");
        assertThat(finding(runner.run(List.of("deaf")))).contains("an earlier run of it still");

        hang.countDown();
        Await.until(
                "the hung run ends",
                Duration.ofSeconds(10),
                () -> runner.run(List.of("deaf")).passed(),
                () -> "it hangs on");
    }

    @Test
    void aReportIsATableForPeople() throws Exception {
        runner.add(suite("farm", () -> List.of(SO_SO, BAD, Check.skipped("well", "not dug"))));

        assertThat(runner.text(runner.run(List.of())))
                .isEqualTo(
                        """
                        own: how own is
                          ok    room  12 MiB are free
                        farm: how farm is
                          WARN  lamp  it flickers
                                      remedy:  change it
                          FAIL  gate  it is shut
                                      remedy:  open the gate
                                      command: gate --open
                          skip  well  not dug

                        1 failed, 1 with a warning, 1 passed, 1 skipped
                        """);
    }

    @Test
    void theRouteSaysTheVerdictInAHeaderToo() throws Exception {
        runner.add(suite("farm", () -> List.of(BAD)));
        List<Route> routes = new DiagnosisRoutes(runner).routes();

        Reply listed = routes.get(0).handler().answer(new ScriptedRequest());
        Reply good = routes.get(1).handler().answer(new ScriptedRequest().with("suite", "own"));
        Reply bad = routes.get(1).handler().answer(new ScriptedRequest());

        assertThat(JsonText.of(listed))
                .isEqualTo(
                        "{\"suites\":[{\"name\":\"own\",\"about\":\"how own is\"},"
                                + "{\"name\":\"farm\",\"about\":\"how farm is\"}]}");
        assertThat(good.headers()).containsEntry("Drover-Verdict", "pass");
        assertThat(bad.headers()).containsEntry("Drover-Verdict", "fail");
        assertThat(JsonText.of(bad))
                .contains(
                        "\"passed\":false",
                        "{\"name\":\"gate\",\"verdict\":\"fail\",\"finding\":\"it is shut\","
                                + "\"remedy\":\"open the gate\",\"command\":\"gate --open\"}");
    }

    private List<Check> hangDeaf() {
        boolean interrupted = false;
        while (true) {
            try {
                if (hang.await(60, TimeUnit.SECONDS)) {
                    return List.of(GOOD);
                }
            } catch (InterruptedException e) {
                interrupted = !interrupted;
            }
        }
    }

    private static String finding(Report report) {
        return report.outcomes().get(0).checks().get(0).finding();
    }

    private static Suite suite(String name, Callable<List<Check>> checks) {
        return new Suite() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String about() {
                return "how " + name + " is";
            }

            @Override
            public List<Check> run() {
                try {
                    return checks.call();
                } catch (RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }
}
