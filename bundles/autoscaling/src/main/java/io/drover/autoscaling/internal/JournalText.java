package io.drover.autoscaling.internal;

import io.drover.api.autoscaling.DecisionJournal;
import io.drover.autoscaling.internal.journal.Journal;
import io.drover.autoscaling.internal.journal.Verification;
import java.io.IOException;
import java.time.Clock;

/** The journal for people, in the words of the API. */
final class JournalText implements DecisionJournal {

    private final Journal journal;
    private final Clock clock;

    JournalText(Journal journal, Clock clock) {
        this.journal = journal;
        this.clock = clock;
    }

    @Override
    public String entries(String object, long sinceSeconds, int limit) throws IOException {
        return JournalRoutes.text(
                journal.find(JournalRoutes.query(object, sinceSeconds, limit, clock)));
    }

    @Override
    public Verdict verify() throws IOException {
        Verification found = journal.verify();
        return new Verdict(found.holds(), found.text());
    }
}
