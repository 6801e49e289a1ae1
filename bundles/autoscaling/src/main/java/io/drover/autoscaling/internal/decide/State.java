package io.drover.autoscaling.internal.decide;

import java.util.Arrays;

/**
 * What an autoscaler remembers between two decisions: recommendations and changes of the replicas,
 * the oldest first. Immutable.
 *
 * <p>Of the recommendations only those are kept that can still be the smallest or the largest of
 * some window that reaches up to now: the answer is exact for every window, and a few are enough.
 */
public final class State {

    /** Nothing is remembered. */
    public static final State NONE = new State(new long[0], new int[0], new long[0], new int[0]);

    /** So many changes are remembered at least, for the status. */
    private static final int ACTIONS_SHOWN = 10;

    private final long[] at;
    private final int[] replicas;
    private final long[] actedAt;

    /** From and to, in turns. */
    private final int[] acted;

    private State(long[] at, int[] replicas, long[] actedAt, int[] acted) {
        this.at = at;
        this.replicas = replicas;
        this.actedAt = actedAt;
        this.acted = acted;
    }

    /**
     * With one more recommendation.
     *
     * @param now when, milliseconds of the epoch; not before any that is remembered
     * @param memorySeconds what is older than this is forgotten
     */
    public State recommended(long now, int recommendation, int memorySeconds) {
        long[] newAt = new long[at.length + 1];
        int[] newReplicas = new int[at.length + 1];
        newAt[at.length] = now;
        newReplicas[at.length] = recommendation;
        int first = at.length;
        int least = recommendation;
        int most = recommendation;
        for (int i = at.length - 1; i >= 0 && at[i] >= now - memorySeconds * 1000L; i--) {
            // A later one that is as small and a later one that is as large tell all that it tells.
            if (replicas[i] < least || replicas[i] > most) {
                first--;
                newAt[first] = at[i];
                newReplicas[first] = replicas[i];
                least = Math.min(least, replicas[i]);
                most = Math.max(most, replicas[i]);
            }
        }
        return new State(
                Arrays.copyOfRange(newAt, first, newAt.length),
                Arrays.copyOfRange(newReplicas, first, newReplicas.length),
                actedAt,
                acted);
    }

    /**
     * With one more change of the replicas.
     *
     * @param memorySeconds what is older than this is forgotten, but for the newest few
     */
    public State acted(long now, int from, int to, int memorySeconds) {
        int first = 0;
        while (actedAt.length - first >= ACTIONS_SHOWN
                && actedAt[first] < now - memorySeconds * 1000L) {
            first++;
        }
        int kept = actedAt.length - first;
        long[] newAt = Arrays.copyOfRange(actedAt, first, actedAt.length + 1);
        int[] newActed = Arrays.copyOfRange(acted, 2 * first, acted.length + 2);
        newAt[kept] = now;
        newActed[2 * kept] = from;
        newActed[2 * kept + 1] = to;
        return new State(at, replicas, newAt, newActed);
    }

    /** The smallest recommendation later than {@code since}, and {@code now} where that is less. */
    int least(long since, int now) {
        int least = now;
        for (int i = at.length - 1; i >= 0 && at[i] > since; i--) {
            least = Math.min(least, replicas[i]);
        }
        return least;
    }

    /** The largest recommendation later than {@code since}, and {@code now} where that is more. */
    int most(long since, int now) {
        int most = now;
        for (int i = at.length - 1; i >= 0 && at[i] > since; i--) {
            most = Math.max(most, replicas[i]);
        }
        return most;
    }

    /** Replicas added later than {@code since}. */
    long added(long since) {
        long added = 0;
        for (int i = actedAt.length - 1; i >= 0 && actedAt[i] > since; i--) {
            added += Math.max(0, acted[2 * i + 1] - acted[2 * i]);
        }
        return added;
    }

    /** Replicas taken away later than {@code since}. */
    long removed(long since) {
        long removed = 0;
        for (int i = actedAt.length - 1; i >= 0 && actedAt[i] > since; i--) {
            removed += Math.max(0, acted[2 * i] - acted[2 * i + 1]);
        }
        return removed;
    }

    /**
     * When the oldest change later than {@code since} was made; {@link Long#MAX_VALUE} for none.
     */
    long oldestAction(long since) {
        long oldest = Long.MAX_VALUE;
        for (int i = actedAt.length - 1; i >= 0 && actedAt[i] > since; i--) {
            oldest = actedAt[i];
        }
        return oldest;
    }

    /** Whether anything was ever recommended. */
    public boolean isNew() {
        return at.length == 0 && actedAt.length == 0;
    }

    /** Recommendations that are remembered. */
    public int recommendations() {
        return at.length;
    }

    /** When recommendation {@code i} was made, milliseconds of the epoch. */
    public long recommendedAt(int i) {
        return at[i];
    }

    /** Recommendation {@code i}. */
    public int recommendation(int i) {
        return replicas[i];
    }

    /** Changes that are remembered. */
    public int actions() {
        return actedAt.length;
    }

    /** When change {@code i} was made, milliseconds of the epoch. */
    public long actedAt(int i) {
        return actedAt[i];
    }

    /** The replicas before change {@code i}. */
    public int from(int i) {
        return acted[2 * i];
    }

    /** The replicas after change {@code i}. */
    public int to(int i) {
        return acted[2 * i + 1];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof State state
                && Arrays.equals(at, state.at)
                && Arrays.equals(replicas, state.replicas)
                && Arrays.equals(actedAt, state.actedAt)
                && Arrays.equals(acted, state.acted);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(at) * 31 + Arrays.hashCode(actedAt);
    }

    @Override
    public String toString() {
        return at.length + " recommendations, " + actedAt.length + " changes";
    }
}
