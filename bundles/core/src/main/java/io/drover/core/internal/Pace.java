package io.drover.core.internal;

import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.status.State;
import java.time.Duration;
import java.util.List;

/**
 * How soon to look at the subsystems again: often while something moves, seldom once nothing has
 * for a while. A look costs a millisecond of CPU, and an agent is at rest for most of its life. For
 * one thread.
 */
final class Pace {

    private final Duration often;
    private final Duration seldom;
    private final Duration calmAfter;
    private List<Seen> last = List.of();
    private long movedNanos;
    private boolean moved = true;

    private record Seen(String name, State state, String reason) {}

    /**
     * @param often time between two looks while something moves
     * @param seldom time between two looks at rest; not shorter than {@code often} in effect
     * @param calmAfter how long nothing must have moved
     */
    Pace(Duration often, Duration seldom, Duration calmAfter) {
        this.often = often;
        this.seldom = seldom;
        this.calmAfter = calmAfter;
    }

    /** Something was told of that the next look may not see yet: looks are frequent from now on. */
    void hurry() {
        moved = true;
    }

    /**
     * The time until the next look.
     *
     * @param views what this look saw
     * @param ready whether nothing is missing: while something is, looks are frequent
     * @param nanos now, by {@link System#nanoTime}
     */
    Duration next(List<SubsystemView> views, boolean ready, long nanos) {
        List<Seen> seen =
                views.stream()
                        .map(view -> new Seen(view.name(), view.state(), view.reason()))
                        .toList();
        if (moved || !ready || !seen.equals(last)) {
            movedNanos = nanos;
            moved = false;
            last = seen;
        }
        boolean calm = nanos - movedNanos >= calmAfter.toNanos();
        return calm && seldom.compareTo(often) > 0 ? seldom : often;
    }
}
