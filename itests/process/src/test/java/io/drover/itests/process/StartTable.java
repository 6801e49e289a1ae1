package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.drover.testing.Await;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Which cells of the table of the start were seen, and how one is looked at. */
final class StartTable {

    private static final Duration DEADLINE = RunningDrover.START_DEADLINE;

    /** What a step may meet with. */
    enum Condition {
        WORKS,
        FAILS,
        HANGS,
        RECOVERS
    }

    private final Map<String, Map<Condition, String>> seen = new LinkedHashMap<>();

    /**
     * Waits until a step has a state with this in its reason, and looks at log and liveness.
     *
     * @param state a word, or several with a bar between where it depends on the moment
     */
    void expect(
            RunningDrover drover, Condition condition, String step, String state, String reason) {
        Await.until(
                step + " is " + state + " with: " + reason + ", and the process is live",
                DEADLINE,
                () -> {
                    JsonObject now = seen(drover, step);
                    return now.get("state").getAsString().matches(state)
                            && now.get("reason").getAsString().contains(reason)
                            && now.get("live").getAsBoolean();
                },
                drover::terminal);
        logged(drover, step, state);
        note(step, condition, state + (reason.isEmpty() ? "" : ": " + reason));
    }

    /** Waits for the end of a process in which a step failed for good. */
    void expectEnd(
            RunningDrover drover, Condition condition, String step, int code, String... parts) {
        assertThat(drover.exitCode(DEADLINE)).as(step + "\n" + drover.terminal()).isEqualTo(code);
        logged(drover, step, "failed");
        assertThat(drover.terminal())
                .contains("drover: fatal: " + step.substring(0, step.indexOf('/')) + ": ")
                .contains(parts);
        note(step, condition, "exit code " + code);
    }

    /** The one line that the log has for each change of a step. */
    void logged(RunningDrover drover, String step, String state) {
        Await.until(
                "the log has the line of " + step + " as " + state,
                Duration.ofSeconds(10),
                () ->
                        Pattern.compile("step=" + step + " state=(" + state + ")")
                                .matcher(drover.terminal())
                                .find(),
                drover::terminal);
    }

    /** A cell that was looked at in another way. */
    void note(String step, Condition condition, String what) {
        cells(step).merge(condition, what, (one, other) -> one + " | " + other);
    }

    /** A cell that cannot be, with why. */
    void impossible(String step, Condition condition, String why) {
        cells(step).put(condition, "cannot be: " + why);
    }

    private Map<Condition, String> cells(String step) {
        return seen.computeIfAbsent(step, name -> new EnumMap<>(Condition.class));
    }

    /** Every one of these steps was seen in each condition. */
    void assertWhole(Iterable<String> steps) {
        StringBuilder table = new StringBuilder();
        TreeSet<String> missing = new TreeSet<>();
        for (String step : steps) {
            for (Condition condition : Condition.values()) {
                String cell = cells(step).get(condition);
                if (cell == null) {
                    missing.add(step + " " + condition);
                }
                table.append("%-26s %-9s %s%n".formatted(step, condition, cell));
            }
        }
        System.out.println(table);
        assertThat(missing).as(table.toString()).isEmpty();
    }

    /** While a bundle is configured anew the agent may not answer for a moment. */
    private static JsonObject seen(RunningDrover drover, String step) {
        try {
            JsonObject now = step(drover, step);
            now.addProperty("live", drover.plain("health", "/live").statusCode() == 200);
            return now;
        } catch (AssertionError e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonObject step(RunningDrover drover, String name) {
        String[] parts = name.split("/");
        for (JsonElement subsystem :
                drover.apiJson("/api/v1/startup").getAsJsonArray("subsystems")) {
            JsonObject view = subsystem.getAsJsonObject();
            if (!view.get("name").getAsString().equals(parts[0])) {
                continue;
            }
            for (JsonElement step : view.getAsJsonArray("steps")) {
                if (step.getAsJsonObject().get("name").getAsString().equals(parts[1])) {
                    return step.getAsJsonObject();
                }
            }
        }
        throw new AssertionError("there is no step " + name);
    }
}
