package io.drover.shell.internal;

import io.drover.api.conntrack.Talkers;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.apache.karaf.shell.support.table.ShellTable;

/** {@code drover:conntrack-top}: who opens the most connections, or moves the most bytes. */
@Service
@Command(
        scope = "drover",
        name = "conntrack-top",
        description = "Ranks who opens the most connections or moves the most bytes")
public final class ConntrackTopCommand implements Action {

    private static final List<String> KINDS = List.of("source", "destination", "pair");
    private static final List<String> MEASURES = List.of("connections", "bytes");

    @Option(name = "--by", description = "source, destination or pair")
    @Completion(Kinds.class)
    String by = "pair";

    @Option(name = "--measure", description = "connections, or bytes where the kernel counts them")
    @Completion(Measures.class)
    String measure = "connections";

    @Option(name = "--limit", description = "at most so many rows")
    int limit = 10;

    @Option(name = "--no-format", description = "no borders, for scripts")
    boolean plain;

    @Reference(optional = true)
    Talkers talkers;

    @Override
    public Object execute() {
        Needed.from("conntrack", talkers);
        if (limit < 1) {
            throw new IllegalArgumentException("--limit must be 1 or more, is " + limit);
        }
        Talkers.Top top =
                talkers.top(
                        Talkers.Kind.valueOf(known("--by", by, KINDS)),
                        Talkers.Measure.valueOf(known("--measure", measure, MEASURES)),
                        limit);
        ShellTable table = new ShellTable();
        table.column("Source");
        table.column("Destination");
        table.column("At least").alignRight();
        table.column("At most").alignRight();
        for (Talkers.Talker talker : top.talkers()) {
            table.addRow()
                    .addContent(
                            shown(talker.source()),
                            shown(talker.destination()),
                            talker.count() - talker.error(),
                            talker.count());
        }
        table.print(System.out, !plain);
        System.out.println(
                "Of "
                        + top.total()
                        + " since "
                        + top.since()
                        + "; whoever has more than "
                        + top.surelyFoundAbove()
                        + " is surely known.");
        return null;
    }

    private static String shown(InetAddress address) {
        return address == null ? "" : address.getHostAddress();
    }

    private static String known(String option, String word, List<String> words) {
        if (!words.contains(word)) {
            throw new IllegalArgumentException(
                    option + " must be one of " + words + ", is " + word);
        }
        return word.toUpperCase(Locale.ROOT);
    }

    /** Completes what is ranked. */
    @Service
    public static final class Kinds implements Completer {
        @Override
        public int complete(Session session, CommandLine line, List<String> candidates) {
            return new StringsCompleter(KINDS).complete(session, line, candidates);
        }
    }

    /** Completes what is counted. */
    @Service
    public static final class Measures implements Completer {
        @Override
        public int complete(Session session, CommandLine line, List<String> candidates) {
            return new StringsCompleter(MEASURES).complete(session, line, candidates);
        }
    }
}
