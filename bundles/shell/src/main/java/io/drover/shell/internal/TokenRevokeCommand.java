package io.drover.shell.internal;

import io.drover.api.security.Audit;
import io.drover.api.security.TokenException;
import io.drover.api.security.TokenStore;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code drover:token-revoke}: takes a token back, at once. */
@Service
@Command(scope = "drover", name = "token-revoke", description = "Takes a token back, at once")
public final class TokenRevokeCommand implements Action {

    @Argument(index = 0, name = "name", description = "the token's name", required = true)
    String name;

    @Reference(optional = true)
    TokenStore tokens;

    @Reference(optional = true)
    Audit audit;

    @Override
    public Object execute() throws TokenException {
        Needed.from("security", tokens);
        Needed.from("security", audit);
        tokens.revoke(name);
        audit.write(Spans.done("token-revoke " + name));
        return null;
    }
}
