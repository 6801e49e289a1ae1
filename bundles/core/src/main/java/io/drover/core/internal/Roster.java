package io.drover.core.internal;

import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
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
import java.util.function.Supplier;
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
    private final Map<String, Status> besideSince = new HashMap<>();
    private final Function<Set<String>, Map<String, String>> missing;
    private final Supplier<Map<String, Map<String, String>>> beside;
    private final Duration grace;
    private final Clock clock;

    /**
     * @param missing given the names of those that are there, says of each other one why it is not
     * @param beside by the name of a subsystem that is there, its components that cannot start,
     *     each with why
     * @param grace how long one that was there may be away without being missed
     */
    Roster(
            Function<Set<String>, Map<String, String>> missing,
            Supplier<Map<String, Map<String, String>>> beside,
            Duration grace,
            Clock clock) {
        this.missing = missing;
        this.beside = beside;
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
        Map<String, List<Step>> waiting = waitingBeside();
        for (Subsystem subsystem : present) {
            SubsystemView view = viewOf(subsystem, waiting);
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
                sorted,
                !missed && !sorted.isEmpty() && Overview.holdingUp(sorted).isEmpty(),
                Overview.broken(sorted));
    }

    /** A step for each component that cannot start, in a subsystem that is there without it. */
    private Map<String, List<Step>> waitingBeside() {
        Map<String, List<Step>> steps = new HashMap<>();
        Set<String> names = new HashSet<>();
        Instant now = clock.instant();
        beside.get()
                .forEach(
                        (subsystem, components) ->
                                components.forEach(
                                        (component, why) -> {
                                            String key = subsystem + "/" + component;
                                            names.add(key);
                                            Status status =
                                                    besideSince.merge(
                                                            key,
                                                            Status.waiting(why, now),
                                                            (was, is) -> was.toWaiting(why, now));
                                            steps.computeIfAbsent(
                                                            subsystem, name -> new ArrayList<>())
                                                    .add(
                                                            Step.optional(
                                                                    "component-" + component,
                                                                    "Component " + component,
                                                                    status));
                                        }));
        besideSince.keySet().retainAll(names);
        return steps;
    }

    /** A subsystem that throws is a defect of its own; the others must stay visible. */
    private SubsystemView viewOf(Subsystem subsystem, Map<String, List<Step>> waiting) {
        try {
            SubsystemView view =
                    Overview.of(subsystem, waiting.getOrDefault(subsystem.name(), List.of()));
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
     * @param broken whether something that readiness needs is broken for good
     */
    record Look(List<SubsystemView> subsystems, boolean ready, boolean broken) {}
}
