package io.drover.config.internal;

import java.io.IOException;
import java.lang.reflect.Array;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Publishes to Configuration Admin. What somebody else does to a configuration ({@code config:edit}
 * in the Karaf console) is left alone until the sources say something new for it.
 */
final class AdminPublisher implements Publisher {

    /** Any bundle may see it: it is not known which one holds the component. */
    private static final String ANY_BUNDLE = "?";

    private final ConfigurationAdmin admin;
    private final StoredCopies copies;
    private final Map<String, Map<String, Object>> published = new HashMap<>();

    AdminPublisher(ConfigurationAdmin admin, StoredCopies copies) {
        this.admin = admin;
        this.copies = copies;
    }

    @Override
    public boolean publish(String pid, Map<String, Object> properties) throws IOException {
        if (properties.equals(published.get(pid))) {
            return false;
        }
        try {
            Configuration configuration = admin.getConfiguration(pid, ANY_BUNDLE);
            boolean updated = configuration.updateIfDifferent(dictionary(properties));
            copies.remove(pid);
            published.put(pid, Map.copyOf(properties));
            return updated;
        } catch (IllegalStateException e) {
            // Somebody deleted it, or Configuration Admin is going.
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void withdraw(String pid) throws IOException {
        published.remove(pid);
        admin.getConfiguration(pid, ANY_BUNDLE).delete();
    }

    private static Dictionary<String, Object> dictionary(Map<String, Object> properties) {
        Map<String, Object> plain = new HashMap<>();
        properties.forEach(
                (id, value) -> plain.put(id, value instanceof List<?> list ? array(list) : value));
        return FrameworkUtil.asDictionary(plain);
    }

    /** An array of the items' own type; an empty one fits every type. */
    private static Object array(List<?> items) {
        if (items.isEmpty()) {
            return new String[0];
        }
        return items.toArray((Object[]) Array.newInstance(items.get(0).getClass(), items.size()));
    }
}
