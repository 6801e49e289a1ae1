package io.drover.config.internal;

import java.io.IOException;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts log levels of subsystems into the configuration of Pax Logging, whose other settings stay as
 * they are. Used by one thread.
 */
final class LogLevels {

    private static final Logger LOG = LoggerFactory.getLogger(LogLevels.class);

    private static final String PID = "org.ops4j.pax.logging";

    /** Of ours; the file has loggers of its own. */
    private static final String PREFIX = "log4j2.logger.droverlevel";

    private static final String ROOT = "io.drover.";

    private final ConfigurationAdmin admin;
    private Map<String, String> applied;

    LogLevels(ConfigurationAdmin admin) {
        this.admin = admin;
    }

    /**
     * @param levels by section, only those that are set
     */
    void apply(Map<String, String> levels) throws IOException {
        if (levels.equals(applied)) {
            return;
        }
        Configuration configuration = configuration();
        if (configuration == null) {
            if (!levels.isEmpty()) {
                LOG.warn("no log levels are set: there is no configuration {}", PID);
            }
            applied = Map.copyOf(levels);
            return;
        }
        Map<String, Object> before = map(configuration.getProperties());
        Map<String, Object> after = new HashMap<>(before);
        after.keySet().removeIf(key -> key.startsWith(PREFIX));
        levels.forEach(
                (section, level) -> {
                    after.put(PREFIX + section + ".name", ROOT + section);
                    after.put(PREFIX + section + ".level", level.toUpperCase(Locale.ROOT));
                });
        if (!before.equals(after)) {
            configuration.update(FrameworkUtil.asDictionary(after));
        }
        applied = Map.copyOf(levels);
    }

    private Configuration configuration() throws IOException {
        try {
            Configuration[] found = admin.listConfigurations("(service.pid=" + PID + ")");
            return found == null ? null : found[0];
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("a constant filter does not parse", e);
        } catch (IllegalStateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static Map<String, Object> map(Dictionary<String, Object> properties) {
        return properties == null ? Map.of() : FrameworkUtil.asMap(properties);
    }
}
