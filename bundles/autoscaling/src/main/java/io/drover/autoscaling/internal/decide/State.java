package io.drover.autoscaling.internal.decide;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What an autoscaler remembers between two decisions: recommendations and changes of the replicas.
 * Immutable.
 *
 * <p>Of the recommendations only those are kept that can still be the smallest or the largest of
 * some window that reaches up to now: the answer is exact for every window, and a few are enough.
 */
public final class State {

    /** Nothing is remembered. */
    public static final State NONE = new State(Trail.EMPTY, Trail.EMPTY);

    /** So many changes are remembered at least, for the status. */
    private static final int ACTIONS_SHOWN = 10;

    /** What one entry takes at the least: the time before the next one, and the difference. */
    private static final int ENTRY_BYTES = 3;

    /** A recommendation is the {@code from} of an entry. */
    private final Trail recommended;

    private final Trail acted;

    private State(Trail recommended, Trail acted) {
        this.recommended = recommended;
        this.acted = acted;
    }

    /**
     * A recommendation.
     *
     * @param at when, milliseconds of the epoch
     */
    public record Recommended(long at, int replicas) {}

    /**
     * A change of the replicas.
     *
     * @param at when, milliseconds of the epoch
     */
    public record Acted(long at, int from, int to) {}

    /**
     * With one more recommendation.
     *
     * @param now when, milliseconds of the epoch; not before any that is remembered
     * @param memorySeconds what is older than this is forgotten
     */
    public State recommended(long now, int recommendation, int memorySeconds) {
        int bytes = ENTRY_BYTES * (recommended.size() + 1);
        Trail.Writer kept = new Trail.Writer(now, recommendation, bytes);
        kept.add(now, recommendation, recommendation);
        long oldest = now - memorySeconds * 1000L;
        int least = recommendation;
        int most = recommendation;
        int before = recommendation;
        for (Trail.Cursor each = recommended.cursor(); each.next() && each.at() >= oldest; ) {
            int replicas = each.from();
            // A later one that is as small and a later one that is as large tell all that it tells.
            if (replicas < least || replicas > most) {
                kept.add(each.at(), replicas, before);
                before = replicas;
                least = Math.min(least, replicas);
                most = Math.max(most, replicas);
            }
        }
        return new State(kept.done(), acted);
    }

    /**
     * With one more change of the replicas.
     *
     * @param memorySeconds what is older than this is forgotten, but for the newest few
     */
    public State acted(long now, int from, int to, int memorySeconds) {
        Trail.Writer kept = new Trail.Writer(now, to, ENTRY_BYTES * (acted.size() + 1));
        kept.add(now, from, to);
        long oldest = now - memorySeconds * 1000L;
        int count = 1;
        for (Trail.Cursor each = acted.cursor();
                each.next() && (count < ACTIONS_SHOWN || each.at() >= oldest); ) {
            kept.add(each.at(), each.from(), each.to());
            count++;
        }
        return new State(recommended, kept.done());
    }

    /** The smallest recommendation later than {@code since}, and {@code now} where that is less. */
    int least(long since, int now) {
        int least = now;
        for (Trail.Cursor each = recommended.cursor(); each.next() && each.at() > since; ) {
            least = Math.min(least, each.from());
        }
        return least;
    }

    /** The largest recommendation later than {@code since}, and {@code now} where that is more. */
    int most(long since, int now) {
        int most = now;
        for (Trail.Cursor each = recommended.cursor(); each.next() && each.at() > since; ) {
            most = Math.max(most, each.from());
        }
        return most;
    }

    /** Replicas added later than {@code since}. */
    long added(long since) {
        long added = 0;
        for (Trail.Cursor each = acted.cursor(); each.next() && each.at() > since; ) {
            added += Math.max(0, each.to() - each.from());
        }
        return added;
    }

    /** Replicas taken away later than {@code since}. */
    long removed(long since) {
        long removed = 0;
        for (Trail.Cursor each = acted.cursor(); each.next() && each.at() > since; ) {
            removed += Math.max(0, each.from() - each.to());
        }
        return removed;
    }

    /**
     * When the oldest change later than {@code since} was made; {@link Long#MAX_VALUE} for none.
     */
    long oldestAction(long since) {
        long oldest = Long.MAX_VALUE;
        for (Trail.Cursor each = acted.cursor(); each.next() && each.at() > since; ) {
            oldest = each.at();
        }
        return oldest;
    }

    /** Whether anything was ever recommended. */
    public boolean isNew() {
        return recommended.size() == 0 && acted.size() == 0;
    }

    /** How many entries are remembered, of both kinds. */
    public int size() {
        return recommended.size() + acted.size();
    }

    /** The recommendations that are remembered, the oldest first. */
    public List<Recommended> recommendations() {
        List<Recommended> all = new ArrayList<>(recommended.size());
        for (Trail.Cursor each = recommended.cursor(); each.next(); ) {
            all.add(new Recommended(each.at(), each.from()));
        }
        Collections.reverse(all);
        return all;
    }

    /** The changes that are remembered, the oldest first. */
    public List<Acted> actions() {
        List<Acted> all = new ArrayList<>(acted.size());
        for (Trail.Cursor each = acted.cursor(); each.next(); ) {
            all.add(new Acted(each.at(), each.from(), each.to()));
        }
        Collections.reverse(all);
        return all;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof State state
                && recommended.equals(state.recommended)
                && acted.equals(state.acted);
    }

    @Override
    public int hashCode() {
        return recommended.hashCode() * 31 + acted.hashCode();
    }

    @Override
    public String toString() {
        return recommended.size() + " recommendations, " + acted.size() + " changes";
    }
}
