package io.drover.shell.internal;

import io.drover.api.profiling.Profiling;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** {@code drover:profiling}: switches the profile's ring, and shows what it holds. */
@Service
@Command(
        scope = "drover",
        name = "profiling",
        description = "Switches the profile's ring on or off, and shows what it holds")
public final class ProfilingCommand implements Action {

    @Argument(
            index = 0,
            name = "what",
            description = "on, off, restart, dump, summary or flamegraph; nothing: how it is")
    @Completion(
            value = StringsCompleter.class,
            values = {"on", "off", "restart", "dump", "summary", "flamegraph"})
    String what = "";

    @Option(name = "--last", description = "how far a report reaches back, in seconds")
    int last = 300;

    @Option(name = "--of", description = "what a flame graph counts: cpu or allocation")
    String of = "cpu";

    @Option(name = "--output", description = "the file of a flame graph")
    String output;

    @Reference(optional = true)
    Profiling profiling;

    @Override
    public Object execute() throws Exception {
        Needed.from("profiling", profiling);
        if (last < 1 || last > 86_400) {
            throw new IllegalArgumentException("--last must be from 1 to 86400, is " + last);
        }
        switch (what) {
            case "" -> System.out.println(how());
            case "on", "true" -> change(Profiling.Change.ON);
            case "off", "false" -> change(Profiling.Change.OFF);
            case "restart" -> change(Profiling.Change.RESTART);
            case "dump" -> System.out.println(profiling.dump(Duration.ofSeconds(last)));
            case "summary" -> System.out.print(profiling.summary(Duration.ofSeconds(last)));
            case "flamegraph" -> System.out.println(flameGraph());
            default ->
                    throw new IllegalArgumentException(
                            "profiling takes on, off, restart, dump, summary or flamegraph, not "
                                    + what);
        }
        return null;
    }

    private void change(Profiling.Change change) throws Exception {
        profiling.change(change);
        System.out.println(how());
    }

    private String how() {
        Profiling.View view = profiling.view();
        return view.running()
                ? "profiling is on since "
                        + view.since().map(String::valueOf).orElse("")
                        + ", "
                        + view.bytes()
                        + " bytes in the ring of at most "
                        + view.maxBytes()
                : "profiling is off";
    }

    private Path flameGraph() throws Exception {
        if (output == null) {
            throw new IllegalArgumentException("a flame graph needs --output FILE");
        }
        Profiling.Of counted =
                switch (of) {
                    case "cpu" -> Profiling.Of.CPU;
                    case "allocation" -> Profiling.Of.ALLOCATION;
                    default ->
                            throw new IllegalArgumentException(
                                    "--of must be cpu or allocation, is " + of);
                };
        String page = profiling.flameGraph(counted, Duration.ofSeconds(last));
        Path file = Path.of(output).toAbsolutePath();
        Files.write(file, page.getBytes(StandardCharsets.UTF_8));
        return file;
    }
}
