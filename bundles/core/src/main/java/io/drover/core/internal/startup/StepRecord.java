package io.drover.core.internal.startup;

import io.drover.api.status.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How one step started: its states up to the first in which it settled, or up to now.
 *
 * @param subsystem whose step it is
 * @param step its name; empty for the time in which the subsystem was not there at all
 * @param spans in the order of time, without gaps
 * @param needed whether readiness needs it
 */
public record StepRecord(String subsystem, String step, List<Span> spans, boolean needed) {

    /**
     * A state and how long it held.
     *
     * @param end empty while it holds, and for the state in which the step settled
     */
    public record Span(State state, Instant begin, Optional<Instant> end, String reason) {}

    public StepRecord {
        spans = List.copyOf(spans);
    }

    /** {@code http/listener-api}; of a subsystem that was not there the name alone. */
    public String name() {
        return step.isEmpty() ? subsystem : subsystem + "/" + step;
    }

    public Instant begin() {
        return spans.get(0).begin();
    }

    /** The state in which it settled, or is. */
    public Span last() {
        return spans.get(spans.size() - 1);
    }

    /** When it settled; empty while it has not. */
    public Optional<Instant> settled() {
        return last().state().settled() ? Optional.of(last().begin()) : Optional.empty();
    }

    /** When it began to work; empty when it has not. */
    public Optional<Instant> active() {
        boolean works = last().state() == State.ACTIVE || last().state() == State.DEGRADED;
        return works ? Optional.of(last().begin()) : Optional.empty();
    }

    /** How long it was in one state before it settled. */
    public Duration in(State state, Instant now) {
        Duration sum = Duration.ZERO;
        for (Span span : spans) {
            boolean open = span.state().settled() && span.end().isEmpty();
            if (span.state() == state && !open) {
                sum = sum.plus(Duration.between(span.begin(), span.end().orElse(now)));
            }
        }
        return sum;
    }

    /** What it waited for longest, and had to say so; empty when it did not wait. */
    public String waitedFor() {
        return spans.stream()
                .filter(span -> span.state() == State.WAITING && !span.reason().isEmpty())
                .map(Span::reason)
                .findFirst()
                .orElse("");
    }
}
