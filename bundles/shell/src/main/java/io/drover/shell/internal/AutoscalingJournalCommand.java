package io.drover.shell.internal;

import io.drover.api.autoscaling.DecisionJournal;
import io.drover.api.autoscaling.DecisionJournal.Verdict;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code drover:autoscaling-journal}: what was decided, over restarts, and whether it holds. */
@Service
@Command(
        scope = "drover",
        name = "autoscaling-journal",
        description = "Shows what was decided about autoscalers, kept over restarts")
public final class AutoscalingJournalCommand implements Action {

    @Argument(
            index = 0,
            name = "autoscaler",
            description = "NAMESPACE/NAME or NAMESPACE; all when none is named")
    @Completion(AutoscalerCompleter.class)
    String autoscaler = "";

    @Option(name = "--since", description = "only of the last so many seconds")
    long since;

    @Option(name = "--limit", description = "the newest so many")
    int limit = 100;

    @Option(name = "--verify", description = "check the chain of hashes instead")
    boolean verify;

    @Reference(optional = true)
    DecisionJournal journal;

    @Override
    public Object execute() throws IOException {
        Needed.from("autoscaling", journal);
        if (!verify) {
            System.out.print(journal.entries(autoscaler, since, limit));
            return null;
        }
        Verdict verdict = journal.verify();
        System.out.print(verdict.text());
        if (!verdict.holds()) {
            throw new IllegalStateException("the journal was changed");
        }
        return null;
    }
}
