package io.drover.testing;

import io.drover.api.security.Audit;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Remembers all that was done. Any thread. */
public final class RecordedAudit implements Audit {

    private final Queue<Action> actions = new ConcurrentLinkedQueue<>();

    @Override
    public void write(Action action) {
        actions.add(action);
    }

    /** Oldest first. */
    public List<Action> actions() {
        return List.copyOf(actions);
    }
}
