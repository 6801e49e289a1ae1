package io.drover.autoscaling.internal.guard;

import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.Term;
import io.drover.autoscaling.internal.decide.History;
import io.drover.autoscaling.internal.decide.Samples.Budget;
import io.drover.autoscaling.internal.decide.State;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What all autoscalers together may change: so many replicas in a minute, so many replicas of a
 * group, or nothing. Who decides takes what it needs in the same moment, so that two at the same
 * time do not spend it twice. Any thread.
 */
public final class Budgets {

    private static final long MINUTE = 60_000;

    private final int perMinute;
    private final List<Ceiling> ceilings;
    private final boolean frozen;
    private final Map<String, Member> members = new HashMap<>();
    private final long[] totals;

    /** By ceiling, how many members of its group have replicas that nobody has looked at yet. */
    private final int[] unknown;

    /** The oldest first. */
    private final Deque<Change> changes = new ArrayDeque<>();

    private Term term;

    private record Change(String key, long at, int replicas) {}

    /** One autoscaler and the replicas of its target. */
    private static final class Member {
        private Map<String, String> labels = Map.of();
        private int replicas;

        /** Whether {@code replicas} was seen in this term, not read from a status. */
        private boolean seen;

        /** Whether {@code replicas} is more than the nothing that a new object begins with. */
        private boolean known;
    }

    /**
     * Nothing is taken yet.
     *
     * @param perMinute replicas that may be added or taken in a minute; 0 for any number
     * @param frozen whether nothing may change
     */
    public Budgets(int perMinute, List<Ceiling> ceilings, boolean frozen) {
        this.perMinute = perMinute;
        this.ceilings = List.copyOf(ceilings);
        this.frozen = frozen;
        this.totals = new long[ceilings.size()];
        this.unknown = new int[ceilings.size()];
    }

    /** No bound at all. */
    public static Budgets unlimited() {
        return new Budgets(0, List.of(), false);
    }

    /**
     * A look begins in a term. In a new one the statuses of all objects tell what the one before
     * spent.
     */
    public synchronized void begin(Term now, Collection<KubeObject> objects, Instant at) {
        if (unbounded() || (term != null && term.sameAs(now))) {
            return;
        }
        term = now;
        changes.clear();
        members.values().forEach(member -> member.seen = false);
        List<Change> spent = new ArrayList<>();
        for (KubeObject object : objects) {
            put(object);
            addSpent(object, at, spent);
        }
        spent.sort(Comparator.comparingLong(Change::at));
        changes.addAll(spent);
    }

    private static void addSpent(KubeObject object, Instant at, List<Change> spent) {
        State state = History.restore(object, (int) (MINUTE / 1000), at);
        for (State.Acted each : state.actions()) {
            if (at.toEpochMilli() - each.at() < MINUTE) {
                int replicas = Math.abs(each.to() - each.from());
                spent.add(new Change(object.key(), each.at(), replicas));
            }
        }
    }

    /** An autoscaler is there, or has changed. */
    public synchronized void put(KubeObject object) {
        if (unbounded()) {
            return;
        }
        Member member = members.computeIfAbsent(object.key(), key -> new Member());
        count(member, -1);
        member.labels =
                KubeObject.map(object.metadata(), "labels").entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey,
                                        entry -> Objects.toString(entry.getValue(), "")));
        if (!member.seen && object.status().get("currentReplicas") instanceof Number count) {
            member.replicas = Math.max(0, count.intValue());
            member.known = true;
        }
        count(member, 1);
    }

    /** An autoscaler is gone. */
    public synchronized void removed(String key) {
        Member member = members.remove(key);
        if (member != null) {
            count(member, -1);
        }
    }

    /** The target of an autoscaler has so many replicas. */
    public synchronized void seen(String key, int replicas) {
        if (unbounded()) {
            return;
        }
        Member member = members.computeIfAbsent(key, any -> new Member());
        count(member, -1);
        member.replicas = replicas;
        member.seen = true;
        member.known = true;
        count(member, 1);
    }

    private void count(Member member, int sign) {
        for (int i = 0; i < totals.length; i++) {
            if (ceilings.get(i).selector().selects(member.labels)) {
                totals[i] += (long) sign * member.replicas;
                unknown[i] += member.known ? 0 : sign;
            }
        }
    }

    /**
     * Decides within what is left, and takes what was decided.
     *
     * @param current the replicas of the target
     * @param decide decides, and says what is written
     */
    public <T> T take(String key, int current, Instant at, Function<Budget, Taken<T>> decide) {
        if (unbounded()) {
            Budget open = new Budget(Integer.MAX_VALUE, Integer.MAX_VALUE, frozen);
            return decide.apply(open).decision();
        }
        synchronized (this) {
            seen(key, current);
            Taken<T> taken = decide.apply(left(key, at.toEpochMilli()));
            if (taken.replicas() != current) {
                seen(key, taken.replicas());
                int amount = Math.abs(taken.replicas() - current);
                changes.add(new Change(key, at.toEpochMilli(), amount));
            }
            return taken.decision();
        }
    }

    /**
     * A decision and what it takes.
     *
     * @param replicas that are going to be written; the current ones for none
     */
    public record Taken<T>(T decision, int replicas) {}

    /** What was taken was not written after all. */
    public synchronized void giveBack(String key, int current, Instant at) {
        if (changes.removeIf(change -> change.key.equals(key) && change.at == at.toEpochMilli())) {
            seen(key, current);
        }
    }

    /**
     * Whether a group of this autoscaler cannot grow yet, since another one's replicas are not
     * known: it is new, and a look at it follows soon.
     */
    public synchronized boolean waits(String key) {
        Member member = members.get(key);
        for (int i = 0; member != null && i < totals.length; i++) {
            if (unknown[i] > 0 && ceilings.get(i).selector().selects(member.labels)) {
                return true;
            }
        }
        return false;
    }

    private Budget left(String key, long now) {
        int growth = Integer.MAX_VALUE;
        Map<String, String> labels = members.get(key).labels;
        for (int i = 0; i < totals.length; i++) {
            Ceiling ceiling = ceilings.get(i);
            if (ceiling.selector().selects(labels)) {
                long room = unknown[i] > 0 ? 0 : Math.max(0, ceiling.max() - totals[i]);
                growth = (int) Math.min(growth, room);
            }
        }
        return new Budget(changesLeft(now), growth, frozen);
    }

    /**
     * Replicas that may still change in this minute; the largest number where there is no bound.
     */
    public synchronized int changesLeft(long now) {
        if (perMinute == 0) {
            return Integer.MAX_VALUE;
        }
        while (!changes.isEmpty() && now - changes.peek().at >= MINUTE) {
            changes.remove();
        }
        long spent = changes.stream().mapToLong(Change::replicas).sum();
        return (int) Math.max(0, perMinute - spent);
    }

    /** When more is left, in seconds from {@code now} on; 0 when nobody waits for that. */
    public synchronized long secondsUntilMore(long now) {
        return perMinute == 0 || changes.isEmpty()
                ? 0
                : Math.max(1, (changes.peek().at + MINUTE - now + 999) / 1000);
    }

    /** The groups with a ceiling and the replicas that each has. */
    public synchronized Map<Ceiling, Long> groups() {
        Map<Ceiling, Long> groups = new LinkedHashMap<>();
        for (int i = 0; i < totals.length; i++) {
            groups.put(ceilings.get(i), totals[i]);
        }
        return groups;
    }

    private boolean unbounded() {
        return perMinute == 0 && ceilings.isEmpty();
    }

    /** Whether there is a bound on the changes of a minute. */
    public boolean bounded() {
        return perMinute > 0;
    }

    /** Whether nothing may change. */
    public boolean frozen() {
        return frozen;
    }
}
