package io.drover.core.internal;

import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each change of a step's state to the log, once, and counts it. {@link #look} is called by
 * one thread; the counts are read by any.
 */
final class StepLog {

    private static final Logger LOG = LoggerFactory.getLogger(StepLog.class);

    private final Map<String, Instant> told = new HashMap<>();
    private final Map<State, LongAdder> counts = new EnumMap<>(State.class);

    StepLog() {
        for (State state : State.values()) {
            counts.put(state, new LongAdder());
        }
    }

    /** Tells what is new since the last look, also what came and went between two. */
    void look(List<SubsystemView> views) {
        for (SubsystemView view : views) {
            if (view.steps().isEmpty()) {
                tell(
                        view.name(),
                        new Status.Transition(view.since(), view.state(), view.reason()),
                        view.remedy());
            }
            for (Step step : view.steps()) {
                String name = view.name() + "/" + step.name();
                for (Status.Transition change : step.status().history()) {
                    boolean last = change.at().equals(step.status().since());
                    tell(name, change, last ? step.status().remedy() : "");
                }
            }
        }
    }

    private void tell(String name, Status.Transition change, String remedy) {
        Instant before = told.get(name);
        if (before != null && !change.at().isAfter(before)) {
            return;
        }
        told.put(name, change.at());
        counts.get(change.state()).increment();
        String state = change.state().name().toLowerCase(Locale.ROOT);
        switch (change.state()) {
            case FAILED ->
                    LOG.error(
                            "a step has failed: step={} state={} reason={} remedy={}",
                            name,
                            state,
                            change.reason(),
                            remedy);
            case DEGRADED ->
                    LOG.warn(
                            "a step works with less: step={} state={} reason={} remedy={}",
                            name,
                            state,
                            change.reason(),
                            remedy);
            case WAITING ->
                    LOG.info(
                            "a step waits: step={} state={} reason={}",
                            name,
                            state,
                            change.reason());
            case STARTING -> LOG.debug("a step begins: step={} state={}", name, state);
            case SKIPPED ->
                    LOG.info(
                            "a step is left out: step={} state={} reason={}",
                            name,
                            state,
                            change.reason());
            case ACTIVE -> LOG.info("a step works: step={} state={}", name, state);
        }
    }

    /** How often a state was entered. */
    long entered(State state) {
        return counts.get(state).sum();
    }
}
