package io.drover.config.internal;

import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.config.internal.secret.SecretStore;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** The step {@code secrets}: how the configured secrets stand. Safe for many threads. */
final class SecretsStep {

    private static final String REMEDY =
            "look at `drover config secrets`; run the back end by hand to see what it says";

    private final SecretStore store;
    private final Clock clock;
    private Status status;

    SecretsStep(SecretStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
        this.status = Status.waiting("the configuration", clock.instant());
    }

    synchronized Status status() {
        Instant now = clock.instant();
        List<String> troubles = store.troubles();
        if (!troubles.isEmpty()) {
            status = status.toDegraded(String.join("\n", troubles), REMEDY, now);
        } else if (!store.begun()) {
            return status;
        } else if (!store.settled()) {
            status = status.state() == State.STARTING ? status : status.toStarting(now);
        } else {
            status = status.toActive(now);
        }
        return status;
    }
}
