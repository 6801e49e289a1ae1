package io.drover.shell.internal;

import io.drover.api.config.RunTimeSettings;
import java.time.Duration;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code drover:config-set}: gives a key a value until it is taken back. */
@Service
@Command(
        scope = "drover",
        name = "config-set",
        description = "Gives a key a value that is stronger than file and environment")
public final class ConfigSetCommand implements Action {

    @Argument(index = 0, name = "key", required = true, description = "as conntrack.log_level")
    String key;

    @Argument(index = 1, name = "value", required = true, description = "lists with commas")
    String value;

    @Option(name = "--for", description = "after this time it is taken back: 30s, 10m, 2h")
    String lifetime;

    @Reference(optional = true)
    RunTimeSettings settings;

    @Override
    public Object execute() throws Exception {
        Needed.from("config", settings);
        String[] path = ConfigViews.path(key);
        Duration end = lifetime == null ? null : Lifetime.of(lifetime);
        ConfigViews.print(settings.set(path[0], path[1], value, end, ConfigViews.DONE_MAX));
        return null;
    }
}
