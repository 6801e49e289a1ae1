package io.drover.shell.internal;

import io.drover.api.diagnosis.Diagnosis;
import io.drover.api.diagnosis.Diagnosis.Entry;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the names of the suites of self-checks that are there now. */
@Service
public final class SuiteCompleter implements Completer {

    @Reference(optional = true)
    Diagnosis diagnosis;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        if (diagnosis == null) {
            return -1;
        }
        List<String> names = diagnosis.suites().stream().map(Entry::name).toList();
        return new StringsCompleter(names).complete(session, line, candidates);
    }
}
