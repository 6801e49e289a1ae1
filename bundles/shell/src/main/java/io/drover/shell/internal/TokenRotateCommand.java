package io.drover.shell.internal;

import io.drover.api.security.Audit;
import io.drover.api.security.TokenException;
import io.drover.api.security.TokenStore;
import java.time.Duration;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code drover:token-rotate}: replaces a token; the old one holds on for a while. */
@Service
@Command(
        scope = "drover",
        name = "token-rotate",
        description = "Replaces a token; the old one holds on for a while")
public final class TokenRotateCommand implements Action {

    private static final Duration OVERLAP = Duration.ofMinutes(5);

    @Argument(
            index = 0,
            name = "name",
            description = "local, cluster, or the name of a token with scopes",
            required = true)
    String name;

    @Option(name = "--overlap", description = "how long the old one holds: 0s, 5m (default), 1h")
    String overlap;

    @Reference(optional = true)
    TokenStore tokens;

    @Reference(optional = true)
    Audit audit;

    @Override
    public Object execute() throws TokenException {
        Needed.from("security", tokens);
        Needed.from("security", audit);
        TokenStore.Issued issued =
                tokens.rotate(name, Spans.optional("--overlap", overlap).orElse(OVERLAP));
        audit.write(Spans.done("token-rotate " + name));
        // What lies in a file for its readers need not be on a screen.
        boolean inFile = TokenStore.LOCAL.equals(name) || TokenStore.CLUSTER.equals(name);
        System.out.println(inFile ? "replaced: " + issued.entry().fingerprint() : issued.token());
        return null;
    }
}
