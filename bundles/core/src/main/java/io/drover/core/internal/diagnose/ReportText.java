package io.drover.core.internal.diagnose;

import io.drover.api.diagnosis.Check;
import io.drover.api.diagnosis.Check.Verdict;
import io.drover.api.diagnosis.Diagnosis.Outcome;
import io.drover.api.diagnosis.Diagnosis.Report;
import java.util.EnumMap;
import java.util.Map;

/** A report for a terminal: what failed stands with its remedy and command. Pure functions. */
final class ReportText {

    private ReportText() {}

    static String of(Report report) {
        StringBuilder text = new StringBuilder(1024);
        Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
        int width = width(report);
        for (Outcome outcome : report.outcomes()) {
            text.append(outcome.suite().name())
                    .append(": ")
                    .append(outcome.suite().about())
                    .append('\n');
            for (Check check : outcome.checks()) {
                counts.merge(check.verdict(), 1, Integer::sum);
                append(text, check, width);
            }
        }
        return text.append(
                        "%n%d failed, %d with a warning, %d passed, %d skipped%n"
                                .formatted(
                                        counts.getOrDefault(Verdict.FAIL, 0),
                                        counts.getOrDefault(Verdict.WARN, 0),
                                        counts.getOrDefault(Verdict.PASS, 0),
                                        counts.getOrDefault(Verdict.SKIPPED, 0)))
                .toString();
    }

    private static int width(Report report) {
        return report.outcomes().stream()
                .flatMap(outcome -> outcome.checks().stream())
                .mapToInt(check -> check.name().length())
                .max()
                .orElse(0);
    }

    private static void append(StringBuilder text, Check check, int width) {
        text.append(
                "  %-4s  %s%s  %s%n"
                        .formatted(
                                word(check.verdict()),
                                check.name(),
                                " ".repeat(width - check.name().length()),
                                check.finding()));
        String indent = " ".repeat(width + 10);
        if (!check.remedy().isEmpty()) {
            text.append(indent).append("remedy:  ").append(check.remedy()).append('\n');
        }
        if (!check.command().isEmpty()) {
            text.append(indent).append("command: ").append(check.command()).append('\n');
        }
    }

    private static String word(Verdict verdict) {
        return switch (verdict) {
            case PASS -> "ok";
            case WARN -> "WARN";
            case FAIL -> "FAIL";
            case SKIPPED -> "skip";
        };
    }
}
