package io.drover.shell.internal;

import io.drover.api.conntrack.Resolution;
import io.drover.api.conntrack.Resolution.Translated;
import io.drover.api.conntrack.Resolution.Untranslated;
import io.drover.api.conntrack.Translations;
import io.drover.api.conntrack.Tuple;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code drover:conntrack-resolve}: what the kernel's NAT does to packets of a tuple. */
@Service
@Command(
        scope = "drover",
        name = "conntrack-resolve",
        description = "Says what became of a connection's addresses, seen from either side")
public final class ConntrackResolveCommand implements Action {

    @Argument(
            index = 0,
            name = "source",
            required = true,
            description = "the sender, as 10.0.0.1:40000 or [fd00::1]:40000")
    String source;

    @Argument(
            index = 1,
            name = "destination",
            required = true,
            description = "the receiver, as 10.96.0.10:53")
    String destination;

    @Option(name = "--protocol", description = "tcp, udp, sctp, …; tcp unless said otherwise")
    @Completion(ProtocolCompleter.class)
    String protocol = "tcp";

    @Option(name = "--zone", description = "the conntrack zone")
    int zone;

    @Option(
            name = "--namespace",
            description = "inode of the network namespace; the followed one unless said otherwise")
    long namespace;

    @Reference(optional = true)
    Translations translations;

    @Override
    public Object execute() {
        Needed.from("conntrack", translations);
        Endpoints.End from = Endpoints.end("source", source);
        Endpoints.End to = Endpoints.end("destination", destination);
        if (from.address().getClass() != to.address().getClass()) {
            throw new IllegalArgumentException(
                    "destination must be of the family of source, is " + destination);
        }
        if (zone < 0 || zone > 65_535) {
            throw new IllegalArgumentException("--zone must be from 0 to 65535, is " + zone);
        }
        Resolution answer =
                translations.resolve(
                        Endpoints.protocol("--protocol", protocol),
                        new Tuple(from.address(), from.port(), to.address(), to.port()),
                        zone,
                        namespace);
        System.out.println(sentence(answer));
        return null;
    }

    private static String sentence(Resolution answer) {
        if (answer instanceof Translated translated) {
            return "translated to "
                    + Endpoints.show(translated.translation())
                    + rest(translated.age().toSeconds(), translated.certainty());
        }
        if (answer instanceof Untranslated untranslated) {
            return "not translated"
                    + rest(untranslated.age().toSeconds(), untranslated.certainty());
        }
        return "unknown: " + ((Resolution.Unknown) answer).reason();
    }

    private static String rest(long seconds, Resolution.Certainty certainty) {
        return "  (told " + seconds + " s ago, " + certainty.name().toLowerCase(Locale.ROOT) + ")";
    }
}
