package io.drover.shell.internal;

import io.drover.api.security.TokenStore;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** {@code drover:token-list}: every token that is known, by name and fingerprint. */
@Service
@Command(scope = "drover", name = "token-list", description = "Lists the tokens, not their secrets")
public final class TokenListCommand implements Action {

    @Option(name = "--no-format", description = "no borders, for scripts")
    boolean plain;

    @Reference(optional = true)
    TokenStore tokens;

    @Override
    public Object execute() {
        Needed.from("security", tokens);
        ShellTable table = new ShellTable();
        table.column("Name");
        table.column("Fingerprint");
        table.column("Scopes");
        table.column("Expires");
        table.column("Replaced");
        for (TokenStore.Entry entry : tokens.tokens()) {
            table.addRow()
                    .addContent(
                            entry.name(),
                            entry.fingerprint(),
                            entry.scopes().stream()
                                    .sorted()
                                    .map(scope -> scope.name().toLowerCase(Locale.ROOT))
                                    .collect(Collectors.joining(", ")),
                            entry.expires().map(Object::toString).orElse("never"),
                            entry.replaced() ? "yes" : "");
        }
        table.print(System.out, !plain);
        return null;
    }
}
