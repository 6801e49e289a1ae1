package io.drover.shell.internal;

import io.drover.api.config.Finding;
import io.drover.api.config.Reload;
import java.time.Duration;
import java.util.stream.Collectors;

/** How the commands show what the api says of the configuration. */
final class ConfigViews {

    static final Duration DONE_MAX = Duration.ofSeconds(30);

    private ConfigViews() {}

    /** Section and key. */
    static String[] path(String key) {
        int dot = key.indexOf('.');
        if (dot < 1 || dot == key.length() - 1) {
            throw new IllegalArgumentException(
                    "a key is SECTION.KEY, as conntrack.log_level, not " + key);
        }
        return new String[] {key.substring(0, dot), key.substring(dot + 1)};
    }

    /** Prints what came of it, or throws what stands against it. */
    static void print(Reload reload) {
        if (reload.outcome() == Reload.Outcome.REFUSED) {
            throw new IllegalArgumentException(
                    reload.findings().stream()
                            .map(Finding::sentence)
                            .collect(Collectors.joining("\n")));
        }
        for (Reload.Change change : reload.changes()) {
            System.out.println(
                    change.section()
                            + "."
                            + change.key()
                            + ": "
                            + change.before()
                            + " -> "
                            + change.after()
                            + "  "
                            + change.origin());
        }
        if (reload.changes().isEmpty()) {
            System.out.println("nothing changed");
        } else {
            System.out.println("reconfigured: " + String.join(", ", reload.reconfigured()));
        }
    }
}
