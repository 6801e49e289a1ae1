package io.drover.shell.internal;

import io.drover.api.config.LiveConfiguration;
import io.drover.api.config.Setting;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** {@code drover:config}: every key with its value and where it comes from. */
@Service
@Command(
        scope = "drover",
        name = "config",
        description = "Shows every key with its value and origin")
public final class ConfigCommand implements Action {

    @Argument(index = 0, name = "section", description = "only this one")
    String section;

    @Option(name = "--no-format", description = "no borders, for scripts")
    boolean plain;

    @Reference(optional = true)
    LiveConfiguration configuration;

    @Override
    public Object execute() throws Exception {
        Needed.from("config", configuration);
        configuration.findings().forEach(f -> System.out.println("wrong: " + f.sentence()));
        ShellTable table = new ShellTable();
        table.column("Key");
        table.column("Value");
        table.column("Origin");
        for (Setting setting : configuration.settings()) {
            if (section == null || section.equals(setting.section())) {
                table.addRow()
                        .addContent(
                                setting.section() + "." + setting.key(),
                                setting.value(),
                                setting.origin());
            }
        }
        table.print(System.out, !plain);
        return null;
    }
}
