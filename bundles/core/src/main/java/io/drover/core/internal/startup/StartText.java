package io.drover.core.internal.startup;

import io.drover.api.status.State;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A start as text, in the manner of {@code systemd-analyze}. Pure functions. */
public final class StartText {

    private static final int REASON_MAX = 100;

    private StartText() {}

    /** One line: how long the whole took, and its parts. */
    public static String summary(Start start) {
        Duration jvm = start.after(start.container());
        Duration container = Duration.between(start.container(), start.core());
        String parts = "%s (JVM) + %s (container)".formatted(seconds(jvm), seconds(container));
        if (start.ready().isEmpty()) {
            return "The start goes on: "
                    + parts
                    + " + "
                    + seconds(Duration.between(start.core(), start.now()))
                    + " (agent) so far.\n";
        }
        return "The start took "
                + parts
                + " + "
                + seconds(Duration.between(start.core(), start.ready().get()))
                + " (agent) = "
                + seconds(start.after(start.ready().get()))
                + ".\n";
    }

    /** The steps by what they took themselves, then by how long they waited. */
    public static String blame(Start start) {
        StringBuilder text = new StringBuilder(1024);
        List<StepRecord> steps =
                start.steps().stream()
                        .sorted(
                                Comparator.comparing((StepRecord step) -> took(step, start))
                                        .thenComparing(step -> waited(step, start))
                                        .reversed())
                        .toList();
        int width = steps.stream().mapToInt(step -> step.name().length()).max().orElse(0);
        text.append("    took   waited  step\n");
        for (StepRecord step : steps) {
            String why = step.waitedFor();
            text.append(
                    "%8s %8s  %s%s%s%n"
                            .formatted(
                                    seconds(took(step, start)),
                                    seconds(waited(step, start)),
                                    step.name(),
                                    " ".repeat(width - step.name().length()),
                                    why.isEmpty() ? "" : "  waited for: " + bare(why)));
        }
        return summary(start) + "\n" + text.toString().replaceAll("(?m) +$", "");
    }

    /** The reason may begin with the words that stand before it here; a long one is cut. */
    private static String bare(String reason) {
        String bare = reason.replaceFirst("^(waits )?for ", "");
        return bare.length() <= REASON_MAX ? bare : bare.substring(0, REASON_MAX - 1) + "…";
    }

    private static Duration took(StepRecord step, Start start) {
        return step.in(State.STARTING, start.now());
    }

    private static Duration waited(StepRecord step, Start start) {
        return step.in(State.WAITING, start.now())
                .plus(step.in(State.DEGRADED, start.now()))
                .plus(step.in(State.FAILED, start.now()));
    }

    /** The chain of steps that decided when the agent was ready. */
    public static String criticalChain(Start start) {
        StringBuilder text = new StringBuilder(512);
        text.append(summary(start));
        text.append("After \"@\" stands when it worked, after \"+\" what it took itself.\n\n");
        List<StepRecord> chain = start.criticalChain();
        text.append(
                start.ready()
                        .map(ready -> "ready @" + seconds(start.after(ready)))
                        .orElse("not ready yet"));
        text.append('\n');
        int depth = 0;
        for (StepRecord step : chain) {
            Duration took = took(step, start);
            branch(text, depth++)
                    .append(step.name())
                    .append(" @")
                    .append(seconds(start.after(step.active().orElseThrow())));
            if (!took.isZero()) {
                text.append(" +").append(seconds(took));
            }
            text.append('\n');
        }
        branch(text, depth++)
                .append("container @")
                .append(seconds(start.after(start.core())))
                .append(" +")
                .append(seconds(Duration.between(start.container(), start.core())))
                .append('\n');
        branch(text, depth)
                .append("JVM +")
                .append(seconds(start.after(start.container())))
                .append('\n');
        return text.toString();
    }

    private static StringBuilder branch(StringBuilder text, int depth) {
        return text.append("  ".repeat(depth)).append("└─");
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3fs", duration.toNanos() / 1e9);
    }
}
