package io.drover.testing;

import io.drover.api.diagnosis.Check;
import io.drover.api.diagnosis.Check.Verdict;
import io.drover.api.diagnosis.Diagnosis;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Self-checks with the findings that a test gives. For one thread. */
public final class ScriptedDiagnosis implements Diagnosis {

    private final Map<String, List<Check>> findings = new LinkedHashMap<>();

    /** With one more suite. */
    public ScriptedDiagnosis finding(String suite, Check... checks) {
        findings.put(suite, List.of(checks));
        return this;
    }

    @Override
    public List<Entry> suites() {
        return findings.keySet().stream()
                .map(name -> new Entry(name, "how " + name + " is"))
                .toList();
    }

    @Override
    public Report run(Collection<String> names) {
        List<Outcome> outcomes =
                suites().stream()
                        .filter(suite -> names.isEmpty() || names.contains(suite.name()))
                        .map(
                                suite ->
                                        new Outcome(
                                                suite,
                                                Duration.ofMillis(1),
                                                findings.get(suite.name())))
                        .toList();
        boolean passed =
                outcomes.stream()
                        .flatMap(outcome -> outcome.checks().stream())
                        .noneMatch(check -> check.verdict() == Verdict.FAIL);
        return new Report(Instant.EPOCH, passed, outcomes);
    }

    /** Each finding in a line of its own. */
    @Override
    public String text(Report report) {
        StringBuilder text = new StringBuilder();
        for (Outcome outcome : report.outcomes()) {
            for (Check check : outcome.checks()) {
                text.append(outcome.suite().name())
                        .append(": ")
                        .append(check.finding())
                        .append('\n');
            }
        }
        return text.toString();
    }
}
