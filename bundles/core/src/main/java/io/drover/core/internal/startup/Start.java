package io.drover.core.internal.startup;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One start as a whole.
 *
 * @param began when the JVM started
 * @param container when the launcher started the container
 * @param core when the bundle core came up, which sees all the rest
 * @param ready when the agent was ready for the first time; empty while it is not
 * @param now when this was put together
 * @param steps each with how it started
 * @param needs by subsystem, what its component was given
 */
public record Start(
        Instant began,
        Instant container,
        Instant core,
        Optional<Instant> ready,
        Instant now,
        List<StepRecord> steps,
        Map<String, Needs> needs) {

    /** Which one is at fault comes last in the order of time. */
    private static final Comparator<StepRecord> BY_ACTIVE =
            Comparator.comparing(step -> step.active().orElseThrow());

    /** Since the start of the JVM. */
    public Duration after(Instant at) {
        return Duration.between(began, at);
    }

    /**
     * The steps that decided when the agent was ready, the last of them first: of all needed ones
     * the last to work, then of those that this one needs the last, and so on. Empty while no
     * needed step works.
     */
    public List<StepRecord> criticalChain() {
        List<StepRecord> chain = new ArrayList<>();
        Set<StepRecord> seen = new HashSet<>();
        Optional<StepRecord> next =
                steps.stream()
                        .filter(step -> step.needed() && step.active().isPresent())
                        .filter(
                                step ->
                                        ready.isEmpty()
                                                || !step.active().get().isAfter(ready.get()))
                        .max(BY_ACTIVE);
        while (next.isPresent() && seen.add(next.get())) {
            chain.add(next.get());
            next = before(next.get(), seen);
        }
        return chain;
    }

    private Optional<StepRecord> before(StepRecord step, Set<StepRecord> seen) {
        Instant active = step.active().orElseThrow();
        Needs needed = needs.getOrDefault(step.subsystem(), Needs.NONE);
        return steps.stream()
                .filter(other -> other.active().isPresent() && !seen.contains(other))
                .filter(other -> !other.active().get().isAfter(active))
                .filter(
                        other ->
                                other.subsystem().equals(step.subsystem())
                                        || needed.must().contains(other.subsystem())
                                        || (!step.step().isEmpty()
                                                && needed.may().contains(other.subsystem())))
                .max(BY_ACTIVE);
    }

    /**
     * Whose services and configuration a component was given.
     *
     * @param must without these it could not be there at all
     * @param may it was there without these, but its steps may have waited for them
     */
    public record Needs(Set<String> must, Set<String> may) {

        static final Needs NONE = new Needs(Set.of(), Set.of());
    }
}
