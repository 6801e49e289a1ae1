package io.drover.autoscaling.internal.guard;

import io.drover.api.kubernetes.KubeObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which autoscalers work where there are more than a bound: the oldest ones. When one of them goes,
 * the oldest of the others takes its place at once. Any thread.
 */
public final class Slots {

    private final int max;
    private final Map<String, Holder> known = new HashMap<>();
    private final TreeSet<Holder> working = new TreeSet<>(Holder.OLDEST_FIRST);
    private final TreeSet<Holder> waiting = new TreeSet<>(Holder.OLDEST_FIRST);

    private record Holder(String key, Instant createdAt) {
        static final Comparator<Holder> OLDEST_FIRST =
                Comparator.comparing(Holder::createdAt).thenComparing(Holder::key);
    }

    /**
     * None is taken yet.
     *
     * @param max autoscalers that work
     */
    public Slots(int max) {
        this.max = max;
    }

    /**
     * One is there.
     *
     * @return the one that has to make room for it
     */
    public synchronized Optional<String> put(KubeObject object) {
        Holder holder = new Holder(object.key(), object.createdAt());
        if (holder.equals(known.get(holder.key))) {
            return Optional.empty();
        }
        Optional<String> advanced = removed(holder.key);
        known.put(holder.key, holder);
        if (working.size() < max) {
            working.add(holder);
            return advanced;
        }
        Holder newest = working.last();
        if (Holder.OLDEST_FIRST.compare(holder, newest) > 0) {
            waiting.add(holder);
            return advanced;
        }
        working.remove(newest);
        working.add(holder);
        waiting.add(newest);
        return Optional.of(newest.key);
    }

    /**
     * One is gone.
     *
     * @return the one that works in its place
     */
    public synchronized Optional<String> removed(String key) {
        Holder holder = known.remove(key);
        if (holder == null || waiting.remove(holder)) {
            return Optional.empty();
        }
        working.remove(holder);
        Holder next = waiting.pollFirst();
        if (next == null) {
            return Optional.empty();
        }
        working.add(next);
        return Optional.of(next.key);
    }

    /** Whether one works. */
    public synchronized boolean admits(String key) {
        Holder holder = known.get(key);
        return holder == null || working.contains(holder);
    }

    /** How many may work. */
    public int max() {
        return max;
    }

    /** How many do not work, for there are too many. */
    public synchronized int waiting() {
        return waiting.size();
    }
}
