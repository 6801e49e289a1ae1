package io.drover.autoscaling.internal;

import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.autoscaling.internal.journal.Journal;
import java.time.Clock;
import java.util.Map;

/** Says how the journal stands, and what it lost. Any thread. */
final class JournalStep {

    private final Journal journal;
    private final Clock clock;
    private Status status;

    JournalStep(Journal journal, Clock clock) {
        this.journal = journal;
        this.clock = clock;
        this.status = Status.starting(clock.instant());
    }

    synchronized Step step() {
        if (!journal.problem().isEmpty()) {
            status =
                    status.toDegraded(
                            journal.problem(),
                            "see to the folder state/autoscaling of the home; scaling goes on without it",
                            clock.instant());
        } else if (journal.dropped() > 0) {
            status =
                    status.toDegraded(
                            journal.dropped() + " decisions found no room and are not kept",
                            "autoscaling.journal_queue is how many may wait for the disk",
                            clock.instant());
        } else if (journal.isOpen() && status.state() != State.ACTIVE) {
            status = status.toActive(clock.instant());
        }
        return Step.optional("journal", "Journal of decisions", status);
    }

    void facts(Map<String, Object> facts) {
        facts.put("journal_entries", journal.durable());
        facts.put("journal_bytes", journal.bytes());
        facts.put("journal_dropped", journal.dropped());
    }
}
