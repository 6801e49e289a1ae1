package io.drover.autoscaling.internal.simulate;

import io.drover.autoscaling.internal.decide.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Runs side by side, for people and for programs. Pure functions. */
final class Report {

    private Report() {}

    static String text(Load load, Workload workload, List<Run> runs) {
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(
                        Locale.ROOT,
                        "%s to %s (%s), a decision each %d s, a pod is ready after %d s%n%n",
                        Instant.ofEpochMilli(load.begin()),
                        Instant.ofEpochMilli(load.end()),
                        span(load.end() - load.begin()),
                        workload.everyMillis() / 1000,
                        workload.startMillis() / 1000));
        int width = Math.max(6, runs.stream().mapToInt(run -> run.name().length()).max().orElse(6));
        String row = "%-" + width + "s  %13s  %6s  %6s  %8s  %6s  %s%n";
        text.append(
                String.format(
                        Locale.ROOT,
                        row,
                        "policy",
                        "replica-hours",
                        "least",
                        "most",
                        "changes",
                        "flaps",
                        "under-provisioned"));
        for (Run run : runs) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            row,
                            run.name(),
                            String.format(Locale.ROOT, "%.1f", run.replicaHours()),
                            run.least(),
                            run.most(),
                            run.changes(),
                            run.flaps(),
                            under(run)));
        }
        text.append('\n');
        for (Run run : runs) {
            text.append(run.name()).append(": ").append(rules(run)).append('\n');
        }
        if (runs.size() == 2) {
            text.append('\n').append(difference(runs.get(0), runs.get(1))).append('\n');
        }
        return text.toString();
    }

    static String under(Run run) {
        return String.format(
                Locale.ROOT,
                "%d s (%.2f %%)",
                run.underSeconds(),
                100.0 * run.underSeconds() / Math.max(1, run.seconds()));
    }

    /** One sentence about the second beside the first. */
    static String difference(Run first, Run second) {
        double hours = second.replicaHours() - first.replicaHours();
        long seconds = second.underSeconds() - first.underSeconds();
        return String.format(
                Locale.ROOT,
                "%s needs %.1f replica-hours %s (%.1f %%) than %s and is under-provisioned %d s %s",
                second.name(),
                Math.abs(hours),
                hours < 0 ? "less" : "more",
                100 * Math.abs(hours) / Math.max(1e-9, first.replicaHours()),
                first.name(),
                Math.abs(seconds),
                seconds < 0 ? "less" : "more");
    }

    static String rules(Run run) {
        String rules =
                run.bound().entrySet().stream()
                        .sorted(Map.Entry.<Step.Rule, Integer>comparingByValue().reversed())
                        .map(each -> word(each.getKey()) + " " + each.getValue() + " times")
                        .collect(Collectors.joining(", "));
        String unknown =
                run.unknown() == 0
                        ? ""
                        : (rules.isEmpty() ? "" : "; ")
                                + run.unknown()
                                + " decisions knew no figure";
        return rules.isEmpty() && unknown.isEmpty()
                ? "no rule held it back"
                : (rules.isEmpty() ? "" : "held by " + rules) + unknown;
    }

    static String json(Load load, List<Run> runs) {
        String all =
                runs.stream()
                        .map(
                                run ->
                                        String.format(
                                                Locale.ROOT,
                                                "{\"policy\":%s,\"replicaHours\":%.3f,\"least\":%d,\"most\":%d,"
                                                        + "\"changes\":%d,\"flaps\":%d,\"underProvisionedSeconds\":%d,"
                                                        + "\"unknown\":%d,\"decisions\":%d}",
                                                quoted(run.name()),
                                                run.replicaHours(),
                                                run.least(),
                                                run.most(),
                                                run.changes(),
                                                run.flaps(),
                                                run.underSeconds(),
                                                run.unknown(),
                                                run.steps()))
                        .collect(Collectors.joining(","));
        return "{\"from\":\""
                + Instant.ofEpochMilli(load.begin())
                + "\",\"to\":\""
                + Instant.ofEpochMilli(load.end())
                + "\",\"policies\":["
                + all
                + "]}";
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    static String span(long millis) {
        Duration span = Duration.ofMinutes(Math.round(millis / 60_000.0));
        if (span.toDays() > 1) {
            return span.toDays() + " days";
        }
        return span.toHours() > 1 ? span.toHours() + " hours" : span.toMinutes() + " minutes";
    }

    private static String word(Step.Rule rule) {
        return rule.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
