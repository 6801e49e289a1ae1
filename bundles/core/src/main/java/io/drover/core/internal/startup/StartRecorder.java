package io.drover.core.internal.startup;

import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.core.internal.startup.StepRecord.Span;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps how each step started: a step itself remembers only its latest states, and forgets all when
 * its bundle is replaced. {@link #look} is called by one thread, {@link #records} by any.
 */
public final class StartRecorder {

    /** Of a step that never settles, as one that waits for a cluster for days. */
    private static final int SPANS_MAX = 64;

    private final Map<String, StepRecord> settled = new LinkedHashMap<>();
    private final Map<String, StepRecord> open = new LinkedHashMap<>();
    private volatile List<StepRecord> records = List.of();

    /** Notes what is new since the last look. */
    public void look(List<SubsystemView> views, Instant now) {
        for (SubsystemView view : views) {
            if (view.steps().isEmpty()) {
                absent(view, now);
            } else {
                arrived(view);
                view.steps().forEach(step -> note(view.name(), step));
            }
        }
        List<StepRecord> all = new ArrayList<>(settled.values());
        all.addAll(open.values());
        // By begin they read as a staircase; steps of one moment keep their order.
        all.sort(Comparator.comparing(StepRecord::begin));
        records = List.copyOf(all);
    }

    /** All steps seen so far. */
    public List<StepRecord> records() {
        return records;
    }

    /** A subsystem without steps is one whose component cannot start yet. */
    private void absent(SubsystemView view, Instant now) {
        if (settled.containsKey(view.name())) {
            return;
        }
        StepRecord before = open.get(view.name());
        List<Span> spans = new ArrayList<>(before == null ? List.of() : before.spans());
        if (spans.isEmpty()) {
            spans.add(new Span(State.WAITING, now, Optional.empty(), view.reason()));
        } else if (!before.last().reason().equals(view.reason()) && spans.size() < SPANS_MAX) {
            Span last = spans.remove(spans.size() - 1);
            spans.add(new Span(State.WAITING, last.begin(), Optional.of(now), last.reason()));
            spans.add(new Span(State.WAITING, now, Optional.empty(), view.reason()));
        }
        open.put(view.name(), new StepRecord(view.name(), "", spans, true));
    }

    /** Its component is there: it was away until its first step began. */
    private void arrived(SubsystemView view) {
        StepRecord away = open.remove(view.name());
        if (away == null) {
            return;
        }
        Instant first =
                view.steps().stream()
                        .map(step -> step.status().history().get(0).at())
                        .min(Instant::compareTo)
                        .orElseThrow();
        Instant end = first.isAfter(away.last().begin()) ? first : away.last().begin();
        List<Span> spans = new ArrayList<>(away.spans());
        Span last = spans.remove(spans.size() - 1);
        spans.add(new Span(State.WAITING, last.begin(), Optional.of(end), last.reason()));
        spans.add(new Span(State.ACTIVE, end, Optional.empty(), ""));
        settled.put(view.name(), new StepRecord(view.name(), "", spans, true));
    }

    private void note(String subsystem, Step step) {
        String key = subsystem + "/" + step.name();
        if (settled.containsKey(key)) {
            return;
        }
        StepRecord before = open.get(key);
        List<Span> spans = new ArrayList<>(before == null ? List.of() : before.spans());
        for (Status.Transition next : news(step.status(), spans)) {
            append(spans, next);
            if (next.state() == State.ACTIVE || next.state() == State.SKIPPED) {
                open.remove(key);
                settled.put(key, record(subsystem, step, spans));
                return;
            }
        }
        if (!spans.isEmpty() && spans.size() <= SPANS_MAX) {
            open.put(key, record(subsystem, step, spans));
        }
    }

    private static StepRecord record(String subsystem, Step step, List<Span> spans) {
        return new StepRecord(subsystem, step.name(), spans, step.neededForReady());
    }

    /** What its history has beyond the spans; a step may also have begun a new history. */
    private static List<Status.Transition> news(Status status, List<Span> spans) {
        if (spans.isEmpty()) {
            return status.history();
        }
        Span last = spans.get(spans.size() - 1);
        List<Status.Transition> news =
                status.history().stream().filter(next -> next.at().isAfter(last.begin())).toList();
        return news.isEmpty() && last.state() != status.state()
                ? List.of(new Status.Transition(last.begin(), status.state(), status.reason()))
                : news;
    }

    private static void append(List<Span> spans, Status.Transition next) {
        if (!spans.isEmpty()) {
            Span last = spans.remove(spans.size() - 1);
            spans.add(new Span(last.state(), last.begin(), Optional.of(next.at()), last.reason()));
        }
        spans.add(new Span(next.state(), next.at(), Optional.empty(), next.reason()));
    }
}
