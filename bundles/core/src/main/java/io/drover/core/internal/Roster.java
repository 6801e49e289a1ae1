package io.drover.core.internal;

import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.status.State;
import io.drover.api.status.Subsystem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All subsystems, the present and the missing. Subsystems are added and removed by any thread;
 * {@link #look} is called by one thread alone.
 */
final class Roster {

    private static final Logger LOG = LoggerFactory.getLogger(Roster.class);

    private final Set<Subsystem> present = new CopyOnWriteArraySet<>();
    private final Map<String, Instant> missingSince = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private final Map<Subsystem, Instant> mute = new HashMap<>();
    private final Function<Set<String>, Map<String, String>> missing;
    private final Duration grace;
    private final Clock clock;

    /**
     * @param missing given the names of those that are there, says of each other one why it is not
     * @param grace how long one that was there may be away without being missed
     */
    Roster(Function<Set<String>, Map<String, String>> missing, Duration grace, Clock clock) {
        this.missing = missing;
        this.grace = grace;
        this.clock = clock;
    }

    void add(Subsystem subsystem) {
        present.add(subsystem);
    }

    void remove(Subsystem subsystem) {
        present.remove(subsystem);
    }

    /** The view of all of them now. */
    Look look() {
        mute.keySet().retainAll(present);
        List<SubsystemView> views = new ArrayList<>();
        for (Subsystem subsystem : present) {
            SubsystemView view = viewOf(subsystem);
            views.add(view);
            seen.add(view.name());
        }
        Set<String> names = views.stream().map(SubsystemView::name).collect(Collectors.toSet());
        missingSince.keySet().removeAll(names);
        boolean missed = false;
        Instant now = clock.instant();
        for (Map.Entry<String, String> absent : missing.apply(names).entrySet()) {
            Instant since = missingSince.computeIfAbsent(absent.getKey(), name -> now);
            boolean replaced = seen.contains(absent.getKey()) && since.plus(grace).isAfter(now);
            missed |= !replaced;
            views.add(
                    Overview.absent(
                            absent.getKey(),
                            replaced ? State.STARTING : State.WAITING,
                            absent.getValue(),
                            since));
        }
        List<SubsystemView> sorted = Overview.sorted(views);
        return new Look(
                sorted, !missed && !sorted.isEmpty() && Overview.holdingUp(sorted).isEmpty());
    }

    /** A subsystem that throws is a defect of its own; the others must stay visible. */
    private SubsystemView viewOf(Subsystem subsystem) {
        try {
            SubsystemView view = Overview.of(subsystem);
            mute.remove(subsystem);
            return view;
        } catch (RuntimeException e) {
            String name = nameOf(subsystem);
            if (mute.putIfAbsent(subsystem, clock.instant()) == null) {
                LOG.warn("a subsystem cannot tell its state: subsystem={}", name, e);
            }
            return Overview.absent(
                    name, State.DEGRADED, "cannot tell its state: " + e, mute.get(subsystem));
        }
    }

    private static String nameOf(Subsystem subsystem) {
        try {
            return subsystem.name();
        } catch (RuntimeException e) {
            return subsystem.getClass().getName();
        }
    }

    /**
     * What one look saw.
     *
     * @param subsystems in the order of the start
     * @param ready whether nothing that readiness needs is missing
     */
    record Look(List<SubsystemView> subsystems, boolean ready) {}
}
