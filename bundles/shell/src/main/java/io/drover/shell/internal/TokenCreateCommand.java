package io.drover.shell.internal;

import io.drover.api.security.Audit;
import io.drover.api.security.Scope;
import io.drover.api.security.TokenException;
import io.drover.api.security.TokenStore;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code drover:token-create}: makes a token with scopes and shows it, this once. */
@Service
@Command(
        scope = "drover",
        name = "token-create",
        description = "Makes a token with scopes and shows it, this once")
public final class TokenCreateCommand implements Action {

    @Argument(index = 0, name = "name", description = "its name, unique", required = true)
    String name;

    @Option(
            name = "--scope",
            description = "what it opens: admin, read, metrics or grpc; may be given several times",
            multiValued = true,
            required = true)
    List<String> scopes;

    @Option(name = "--life", description = "until it expires: 90s, 15m, 12h, 30d; no end without")
    String life;

    @Reference(optional = true)
    TokenStore tokens;

    @Reference(optional = true)
    Audit audit;

    @Override
    public Object execute() throws TokenException {
        Needed.from("security", tokens);
        Needed.from("security", audit);
        Set<Scope> wanted = EnumSet.noneOf(Scope.class);
        for (String scope : scopes) {
            wanted.add(scope(scope));
        }
        TokenStore.Issued issued = tokens.create(name, wanted, Spans.optional("--life", life));
        audit.write(Spans.done("token-create " + name));
        System.out.println(issued.token());
        return null;
    }

    private static Scope scope(String word) {
        for (Scope scope : Scope.values()) {
            if (scope.name().toLowerCase(Locale.ROOT).equals(word)) {
                return scope;
            }
        }
        throw new IllegalArgumentException(
                "--scope must be admin, read, metrics or grpc, is '" + word + "'");
    }
}
