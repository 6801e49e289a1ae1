package io.drover.core.internal.diagnose;

import io.drover.api.diagnosis.Check;
import io.drover.api.diagnosis.Diagnosis;
import io.drover.api.diagnosis.Diagnosis.Entry;
import io.drover.api.diagnosis.Diagnosis.Outcome;
import io.drover.api.diagnosis.Diagnosis.Report;
import io.drover.api.http.Json;
import io.drover.api.http.ProblemException;
import io.drover.api.http.RateClass;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.http.Schema;
import io.drover.api.security.Audience;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code /api/v1/diagnosis}: GET lists the suites, POST runs them. */
public final class DiagnosisRoutes implements Routes {

    /** Tells a client by one word what the report says; {@code pass} or {@code fail}. */
    public static final String VERDICT = "Drover-Verdict";

    private static final Schema SUITES =
            Schema.object()
                    .with(
                            "suites",
                            Schema.list(
                                    Schema.object()
                                            .with("name", Schema.text())
                                            .with("about", Schema.text())));
    private static final Schema CHECK =
            Schema.object()
                    .with("name", Schema.text())
                    .with("verdict", Schema.words("pass", "warn", "fail", "skipped"))
                    .with("finding", Schema.text())
                    .with("remedy", Schema.text())
                    .with("command", Schema.text());
    private static final Schema REPORT =
            Schema.object()
                    .with("at", Schema.instant())
                    .with("passed", Schema.bool())
                    .with(
                            "suites",
                            Schema.list(
                                    Schema.object()
                                            .with("name", Schema.text())
                                            .with("about", Schema.text())
                                            .with("took_seconds", Schema.seconds())
                                            .with("checks", Schema.list(CHECK))));

    private final Diagnosis diagnosis;

    public DiagnosisRoutes(Diagnosis diagnosis) {
        this.diagnosis = diagnosis;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get(
                                "/api/v1/diagnosis",
                                Audience.LOCAL,
                                "The suites of self-checks that are there.",
                                this::list)
                        .answering(SUITES)
                        .answering(200, "text/plain", Schema.text()),
                Route.post(
                                "/api/v1/diagnosis",
                                Audience.LOCAL,
                                "Runs self-checks and answers with what they found; the header "
                                        + VERDICT
                                        + " says pass or fail.",
                                this::run,
                                new Route.Parameter(
                                        "suite",
                                        "Names of suites, parted by commas; all when it is absent."))
                        .rated(RateClass.HEAVY)
                        .answering(REPORT)
                        .answering(200, "text/plain", Schema.text()));
    }

    private Reply list(Request request) {
        if (wantsText(request)) {
            StringBuilder text = new StringBuilder();
            for (Entry suite : diagnosis.suites()) {
                text.append("%-16s %s%n".formatted(suite.name(), suite.about()));
            }
            return Reply.text(text.toString());
        }
        return Reply.json(
                json -> {
                    json.object().name("suites").array();
                    for (Entry suite : diagnosis.suites()) {
                        json.object()
                                .field("name", suite.name())
                                .field("about", suite.about())
                                .end();
                    }
                    json.end().end();
                });
    }

    private Reply run(Request request) throws ProblemException {
        List<String> names =
                request.query("suite").stream()
                        .flatMap(text -> Arrays.stream(text.split(",")))
                        .filter(name -> !name.isBlank())
                        .toList();
        Report report = report(names);
        Map<String, String> headers = Map.of(VERDICT, report.passed() ? "pass" : "fail");
        if (wantsText(request)) {
            byte[] text = diagnosis.text(report).getBytes(StandardCharsets.UTF_8);
            return new Reply(200, "text/plain; charset=utf-8", headers, out -> out.write(text));
        }
        return new Reply(
                200,
                "application/json",
                headers,
                new Reply.JsonDocument(json -> document(json, report)));
    }

    private Report report(List<String> names) throws ProblemException {
        try {
            return diagnosis.run(names);
        } catch (IllegalArgumentException e) {
            throw ProblemException.notFound(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ProblemException.unavailable("the agent is being stopped");
        }
    }

    /** The report as one document. */
    static void document(Json json, Report report) throws IOException {
        json.object().field("at", report.at()).field("passed", report.passed());
        json.name("suites").array();
        for (Outcome outcome : report.outcomes()) {
            json.object()
                    .field("name", outcome.suite().name())
                    .field("about", outcome.suite().about())
                    .field("took_seconds", outcome.took());
            json.name("checks").array();
            for (Check check : outcome.checks()) {
                json.object()
                        .field("name", check.name())
                        .field("verdict", check.verdict().name().toLowerCase(Locale.ROOT))
                        .field("finding", check.finding())
                        .field("remedy", check.remedy())
                        .field("command", check.command())
                        .end();
            }
            json.end().end();
        }
        json.end().end();
    }

    private static boolean wantsText(Request request) {
        return request.header("Accept")
                .map(accept -> accept.startsWith("text/plain"))
                .orElse(false);
    }
}
