package io.drover.api.status;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The state of one step, with its reason and how it came about. Immutable: a step keeps its newest
 * status in one volatile field and replaces it, so that readers on other threads always see a whole
 * one.
 *
 * @param state where the step stands
 * @param reason one sentence: what is waited for, what is degraded, what failed; empty when there
 *     is nothing to say
 * @param remedy what a person can do about it, where possible a command; empty when nothing is to
 *     be done
 * @param since when {@code state} was entered (a change of the reason alone does not move it)
 * @param attempts how often the step was started, 0 while it was never tried
 * @param lastError the newest error of this step, also after it recovered; empty when there was
 *     none
 * @param history the latest transitions, oldest first, this status's own last; at most {@value
 *     #HISTORY_MAX}
 */
public record Status(
        State state,
        String reason,
        String remedy,
        Instant since,
        int attempts,
        String lastError,
        List<Transition> history) {

    /** How many transitions a status remembers. */
    public static final int HISTORY_MAX = 16;

    /**
     * One change of state.
     *
     * @param at when
     * @param state the state that was entered
     * @param reason the reason given then
     */
    public record Transition(Instant at, State state, String reason) {}

    public Status {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(remedy, "remedy");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(lastError, "lastError");
        history = List.copyOf(history);
    }

    /** A step that waits for something. */
    public static Status waiting(String forWhat, Instant now) {
        return first(State.WAITING, forWhat, 0, now);
    }

    /** A step that is being started for the first time. */
    public static Status starting(Instant now) {
        return first(State.STARTING, "", 1, now);
    }

    /** A step that worked at once. */
    public static Status active(Instant now) {
        return first(State.ACTIVE, "", 1, now);
    }

    /** A step that configuration has switched off; the reason names the key. */
    public static Status skipped(String reason, Instant now) {
        return first(State.SKIPPED, reason, 0, now);
    }

    /** This step, waiting for something. */
    public Status toWaiting(String forWhat, Instant now) {
        return next(State.WAITING, forWhat, "", attempts, lastError, now);
    }

    /** This step, started once more. */
    public Status toStarting(Instant now) {
        return next(State.STARTING, "", "", attempts + 1, lastError, now);
    }

    /** This step, working. */
    public Status toActive(Instant now) {
        return next(State.ACTIVE, "", "", Math.max(1, attempts), lastError, now);
    }

    /** This step, working with less or being tried again. */
    public Status toDegraded(String reason, String remedy, Instant now) {
        return next(State.DEGRADED, reason, remedy, Math.max(1, attempts), reason, now);
    }

    /** This step, failed for good. */
    public Status toFailed(String reason, String remedy, Instant now) {
        return next(State.FAILED, reason, remedy, Math.max(1, attempts), reason, now);
    }

    private static Status first(State state, String reason, int attempts, Instant now) {
        return new Status(
                state, reason, "", now, attempts, "", List.of(new Transition(now, state, reason)));
    }

    private Status next(
            State to,
            String newReason,
            String newRemedy,
            int newAttempts,
            String newError,
            Instant now) {
        if (to == state) {
            return new Status(to, newReason, newRemedy, since, newAttempts, newError, history);
        }
        List<Transition> longer = new ArrayList<>(history);
        if (longer.size() == HISTORY_MAX) {
            longer.remove(0);
        }
        longer.add(new Transition(now, to, newReason));
        return new Status(to, newReason, newRemedy, now, newAttempts, newError, longer);
    }
}
