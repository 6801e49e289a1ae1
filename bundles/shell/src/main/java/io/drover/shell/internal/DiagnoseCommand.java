package io.drover.shell.internal;

import io.drover.api.diagnosis.Diagnosis;
import io.drover.api.diagnosis.Diagnosis.Entry;
import io.drover.api.diagnosis.Diagnosis.Report;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code drover:diagnose}: runs self-checks, each finding with its remedy and command. */
@Service
@Command(
        scope = "drover",
        name = "diagnose",
        description = "Runs self-checks; says what is wrong and the command that mends it")
public final class DiagnoseCommand implements Action {

    @Argument(
            index = 0,
            name = "suites",
            description = "the suites to run; all of them when none is named",
            multiValued = true)
    @Completion(SuiteCompleter.class)
    List<String> suites;

    @Option(name = "--list", description = "show the suites and run none")
    boolean list;

    @Reference(optional = true)
    Diagnosis diagnosis;

    @Override
    public Object execute() throws InterruptedException {
        Needed.from("core", diagnosis);
        if (list) {
            for (Entry suite : diagnosis.suites()) {
                System.out.printf("%-16s %s%n", suite.name(), suite.about());
            }
            return null;
        }
        Report report = diagnosis.run(suites == null ? List.of() : suites);
        System.out.print(diagnosis.text(report));
        if (!report.passed()) {
            throw new IllegalStateException("at least one check failed");
        }
        return null;
    }
}
