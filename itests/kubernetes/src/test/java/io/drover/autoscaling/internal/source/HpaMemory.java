package io.drover.autoscaling.internal.source;

import io.drover.autoscaling.internal.decide.Policy;
import io.drover.autoscaling.internal.decide.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The changes that the HPA controller remembers: for each direction a list in which a new one takes
 * the place of one that is older than the longest period of that direction's rules, though a rule
 * of the other direction with a longer period would still count it.
 */
final class HpaMemory {

    private final Policy policy;
    private final List<Change> ups = new ArrayList<>();
    private final List<Change> downs = new ArrayList<>();

    private record Change(long at, int from, int to) {}

    HpaMemory(Policy policy) {
        this.policy = policy;
    }

    void acted(long now, int from, int to) {
        boolean up = to > from;
        List<Change> changes = up ? ups : downs;
        long period = (up ? policy.up() : policy.down()).longestPeriodSeconds();
        int old = -1;
        for (int i = 0; i < changes.size(); i++) {
            if (changes.get(i).at < now - period * 1000) {
                old = i;
            }
        }
        if (old < 0) {
            changes.add(new Change(now, from, to));
        } else {
            changes.set(old, new Change(now, from, to));
        }
    }

    /** The same recommendations with these changes alone. */
    State forgetting(State whole) {
        State state = State.NONE;
        for (State.Recommended one : whole.recommendations()) {
            state = state.recommended(one.at(), one.replicas(), Integer.MAX_VALUE);
        }
        List<Change> all =
                Stream.concat(ups.stream(), downs.stream())
                        .sorted(Comparator.comparingLong(Change::at))
                        .toList();
        for (Change change : all) {
            state = state.acted(change.at, change.from, change.to, Integer.MAX_VALUE);
        }
        return state;
    }

    @Override
    public String toString() {
        return ups + " " + downs;
    }
}
