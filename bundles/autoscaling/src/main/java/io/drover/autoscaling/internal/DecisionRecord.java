package io.drover.autoscaling.internal;

import io.drover.api.kubernetes.KubeObject;
import io.drover.autoscaling.internal.decide.Applied;
import io.drover.autoscaling.internal.decide.Decision;
import io.drover.autoscaling.internal.decide.Explanation;
import io.drover.autoscaling.internal.decide.State;
import io.drover.autoscaling.internal.decide.State.Acted;
import io.drover.autoscaling.internal.decide.State.Recommended;
import io.drover.autoscaling.internal.journal.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What goes into the journal, and what comes back out of it after a restart: the memory of an
 * autoscaler to the millisecond, with what its status did not get any more. Any thread; never
 * blocks.
 */
final class DecisionRecord {

    /** Nothing older can matter: it is the longest window and the longest period of a rule. */
    private static final long MATTERS_MILLIS = 3_600_000;

    /** Of one autoscaler; beyond them the oldest are forgotten. */
    private static final int RECALLED_MAX = 512;

    private final Consumer<Entry> journal;
    private final Map<String, List<Kept>> recalled = new ConcurrentHashMap<>();

    /** What matters of an entry of a former process. */
    private record Kept(
            long at, int current, int recommended, int desired, boolean told, boolean scaled) {}

    /**
     * @param journal takes what is to be written; must not block
     */
    DecisionRecord(Consumer<Entry> journal) {
        this.journal = journal;
    }

    /** An entry that was there at the start; kept for {@link #recall} where it can still matter. */
    void found(Entry entry, long now) {
        if (entry.at() < now - MATTERS_MILLIS) {
            return;
        }
        Kept kept =
                new Kept(
                        entry.at(),
                        entry.current(),
                        entry.recommended(),
                        entry.desired(),
                        !entry.source().isEmpty(),
                        entry.what().equals(Entry.SCALED));
        recalled.compute(
                entry.key(),
                (key, before) -> {
                    List<Kept> entries = before == null ? new ArrayList<>() : before;
                    if (entries.size() == RECALLED_MAX) {
                        entries.remove(0);
                    }
                    entries.add(kept);
                    return entries;
                });
    }

    /** Writes a decision down, if it is another one than before or something was written. */
    void note(KubeObject object, String target, Optional<Look> before, Look look, Applied applied) {
        Decision decision = look.decision();
        boolean same =
                before.map(Look::decision)
                        .filter(
                                old ->
                                        old.outcome() == decision.outcome()
                                                && old.recommended() == decision.recommended()
                                                && old.desired() == decision.desired())
                        .isPresent();
        if (same && !applied.scaled() && applied.failure().isEmpty()) {
            return;
        }
        boolean failed = !applied.failure().isEmpty();
        journal.accept(
                new Entry(
                        0,
                        look.at().toEpochMilli(),
                        failed ? "failed" : Why.word(decision.outcome()),
                        object.namespace(),
                        object.name(),
                        target,
                        decision.source().word(),
                        decision.current(),
                        decision.recommended(),
                        decision.desired(),
                        failed ? applied.failure() : Explanation.summary(decision)));
    }

    /**
     * The memory of an autoscaler after a restart: what its status knows, and what this home's
     * journal knows more exactly or beside it. Asked once for each; then the journal is forgotten.
     */
    State recall(String key, State status, int memorySeconds) {
        List<Kept> entries = recalled.remove(key);
        return entries == null ? status : joined(status, entries, memorySeconds);
    }

    private static State joined(State status, List<Kept> entries, int memorySeconds) {
        List<Recommended> recommended = new ArrayList<>(status.recommendations());
        List<Acted> acted = new ArrayList<>();
        Kept before = null;
        for (Kept entry : entries) {
            if (entry.told()) {
                if (before != null) {
                    // It was made again and again until the next one came.
                    recommended.add(new Recommended(entry.at() - 1, before.recommended()));
                }
                recommended.add(new Recommended(entry.at(), entry.recommended()));
                before = entry;
            }
            if (entry.scaled()) {
                acted.add(new Acted(entry.at(), entry.current(), entry.desired()));
            }
        }
        for (Acted of : status.actions()) {
            if (acted.stream().noneMatch(known -> same(known, of))) {
                acted.add(of);
            }
        }
        State state = State.NONE;
        recommended.sort(Comparator.comparingLong(Recommended::at));
        for (Recommended each : recommended) {
            state = state.recommended(each.at(), each.replicas(), memorySeconds);
        }
        acted.sort(Comparator.comparingLong(Acted::at));
        for (Acted each : acted) {
            state = state.acted(each.at(), each.from(), each.to(), memorySeconds);
        }
        return state;
    }

    /** The status has whole seconds. */
    private static boolean same(Acted journal, Acted status) {
        return journal.from() == status.from()
                && journal.to() == status.to()
                && journal.at() / 1000 == status.at() / 1000;
    }
}
