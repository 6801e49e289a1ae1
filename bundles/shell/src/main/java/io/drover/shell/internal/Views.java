package io.drover.shell.internal;

import io.drover.api.agent.Agent;
import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.status.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** How the commands show what the api gives. Pure functions. */
final class Views {

    private Views() {}

    static SubsystemView named(Agent agent, String name) {
        return agent.subsystems().stream()
                .filter(view -> view.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no subsystem " + name));
    }

    static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    static String after(Instant begin, Instant at) {
        return String.format(
                Locale.ROOT, "%.3f s", Duration.between(begin, at).toMillis() / 1000.0);
    }

    static String ago(Instant since, Instant now) {
        long seconds = Math.max(0, Duration.between(since, now).toSeconds());
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }
}
