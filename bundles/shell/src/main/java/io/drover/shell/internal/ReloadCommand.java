package io.drover.shell.internal;

import io.drover.api.config.LiveConfiguration;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code drover:reload}: reads the configuration anew. */
@Service
@Command(
        scope = "drover",
        name = "reload",
        description = "Reads the configuration anew and says what changed")
public final class ReloadCommand implements Action {

    @Reference(optional = true)
    LiveConfiguration configuration;

    @Override
    public Object execute() throws Exception {
        Needed.from("config", configuration);
        ConfigViews.print(configuration.reload(ConfigViews.DONE_MAX));
        return null;
    }
}
