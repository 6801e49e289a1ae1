package io.drover.profiling.internal.report;

import io.drover.profiling.internal.report.StackTree.Weight;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A profile as text for a terminal. Pure. */
public final class Summary {

    private static final int LINES = 12;
    private static final int THREAD_LINES = 8;

    private Summary() {}

    /** Where time and memory went. */
    public static String of(Profile profile) {
        StringBuilder text = new StringBuilder();
        head(profile, text);
        hot(profile, text);
        allocations(profile, text);
        return text.toString();
    }

    private static void head(Profile profile, StringBuilder text) {
        if (profile.from() == null) {
            text.append("nothing was recorded\n");
            return;
        }
        add(
                text,
                "%s from %s to %s%n",
                seconds(profile.length()),
                profile.from().truncatedTo(java.time.temporal.ChronoUnit.SECONDS),
                profile.to().truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
        if (!Double.isNaN(profile.processLoad())) {
            add(
                    text,
                    "CPU: the agent %.1f %% of all cores, the host %.1f %%%n",
                    100 * profile.processLoad(),
                    100 * profile.machineLoad());
        }
        List<Duration> pauses = profile.pauses();
        Duration sum = pauses.stream().reduce(Duration.ZERO, Duration::plus);
        Duration longest = pauses.stream().max(Comparator.naturalOrder()).orElse(Duration.ZERO);
        add(
                text,
                "garbage collection: %d pauses, %.1f ms in all, the longest %.1f ms%n",
                pauses.size(),
                sum.toNanos() / 1e6,
                longest.toNanos() / 1e6);
        if (profile.unread() > 0) {
            add(
                    text,
                    "%d samples were not read: above profiling.report_samples_max%n",
                    profile.unread());
        }
    }

    private static void hot(Profile profile, StringBuilder text) {
        add(text, "%nhot methods, %d samples of running threads%n", profile.samples());
        if (profile.samples() > 0) {
            methods(profile, profile.cpu(), text);
            add(text, "%n  threads%n");
            heaviest(profile.cpuByThread(), THREAD_LINES)
                    .forEach(
                            entry ->
                                    add(
                                            text,
                                            "  %5.1f %%  %s%n",
                                            share(entry.getValue(), profile.samples()),
                                            entry.getKey()));
        }
    }

    private static void allocations(Profile profile, StringBuilder text) {
        long bytes = profile.allocation().root().total();
        double seconds = Math.max(0.001, profile.length().toMillis() / 1000.0);
        add(
                text,
                "%nallocation, %.1f MiB in %d samples, %.2f MiB/s%n",
                mebibytes(bytes),
                profile.allocations(),
                mebibytes(bytes) / seconds);
        if (bytes > 0) {
            methods(profile, profile.allocation(), text);
            add(text, "%n  classes%n");
            heaviest(profile.bytesByClass(), LINES)
                    .forEach(
                            entry ->
                                    add(
                                            text,
                                            "  %5.1f %%  %s%n",
                                            share(entry.getValue(), bytes),
                                            entry.getKey()));
        }
    }

    private static void methods(Profile profile, StackTree tree, StringBuilder text) {
        long all = tree.root().total();
        add(text, "     self    total  method%n");
        for (Weight weight : tree.heaviest(true, LINES)) {
            add(
                    text,
                    "  %5.1f %%  %5.1f %%  %s%n",
                    share(weight.self(), all),
                    share(weight.total(), all),
                    profile.frames().name(weight.frame()));
        }
        if (tree.shortened() > 0) {
            add(text, "  %d stacks were shortened%n", tree.shortened());
        }
    }

    private static List<Map.Entry<String, Long>> heaviest(Map<String, Long> weights, int most) {
        return weights.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(most)
                .toList();
    }

    private static String seconds(Duration length) {
        return String.format(Locale.ROOT, "%.1f s", length.toMillis() / 1000.0);
    }

    private static double share(long part, long all) {
        return all == 0 ? 0 : 100.0 * part / all;
    }

    private static double mebibytes(long bytes) {
        return bytes / 1_048_576.0;
    }

    private static void add(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values));
    }
}
