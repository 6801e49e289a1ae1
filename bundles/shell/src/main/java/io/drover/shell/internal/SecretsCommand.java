package io.drover.shell.internal;

import io.drover.api.secret.SecretSources;
import io.drover.api.secret.SecretState;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** {@code drover:secrets}: where each configured secret comes from and how it stands. */
@Service
@Command(
        scope = "drover",
        name = "secrets",
        description = "Shows where secrets come from and how they stand, without their values")
public final class SecretsCommand implements Action {

    @Option(name = "--refresh", description = "asks all sources first")
    boolean refresh;

    @Option(name = "--no-format", description = "no borders, for scripts")
    boolean plain;

    @Reference(optional = true)
    SecretSources secrets;

    @Override
    public Object execute() throws Exception {
        Needed.from("config", secrets);
        ShellTable table = new ShellTable();
        table.column("Key");
        table.column("Source");
        table.column("Version");
        table.column("Since");
        table.column("Error");
        for (SecretState state :
                refresh ? secrets.refresh(ConfigViews.DONE_MAX) : secrets.states()) {
            table.addRow()
                    .addContent(
                            state.section() + "." + state.key(),
                            state.source(),
                            state.version(),
                            state.since(),
                            state.error());
        }
        table.print(System.out, !plain);
        return null;
    }
}
