package io.drover.shell.internal;

import io.drover.api.config.RunTimeSettings;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code drover:config-unset}: takes back what {@code drover:config-set} gave. */
@Service
@Command(
        scope = "drover",
        name = "config-unset",
        description = "Takes a value back that was given at run time")
public final class ConfigUnsetCommand implements Action {

    @Argument(index = 0, name = "key", required = true, description = "as conntrack.log_level")
    String key;

    @Reference(optional = true)
    RunTimeSettings settings;

    @Override
    public Object execute() throws Exception {
        Needed.from("config", settings);
        String[] path = ConfigViews.path(key);
        ConfigViews.print(settings.unset(path[0], path[1], ConfigViews.DONE_MAX));
        return null;
    }
}
