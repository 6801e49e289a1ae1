package io.drover.config.internal;

import java.io.IOException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes to Configuration Admin. What somebody else does to a configuration ({@code config:edit}
 * in the Karaf console) is left alone until the sources say something new for it.
 */
final class AdminPublisher implements Publisher {

    private static final Logger LOG = LoggerFactory.getLogger(AdminPublisher.class);

    /** Any bundle may see it: it is not known which one holds the component. */
    private static final String ANY_BUNDLE = "?";

    /** What Configuration Admin, Karaf's console and Felix File Install add of their own. */
    private static final Pattern BOOKKEEPING =
            Pattern.compile("(service|felix\\.fileinstall|org\\.apache\\.karaf)\\..*");

    private final ConfigurationAdmin admin;
    private final LogLevels levels;
    private final StoredCopies copies;
    private final Map<String, Map<String, Object>> published = new HashMap<>();

    AdminPublisher(ConfigurationAdmin admin, StoredCopies copies) {
        this.admin = admin;
        this.copies = copies;
        this.levels = new LogLevels(admin);
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

    @Override
    public void levels(Map<String, String> wanted) throws IOException {
        levels.apply(wanted);
    }

    @Override
    public Map<String, Optional<Object>> edited(String pid) {
        Map<String, Object> ours = published.get(pid);
        if (ours == null) {
            return Map.of();
        }
        Map<String, Optional<Object>> edited = new HashMap<>();
        Map<String, Object> theirs = present(pid);
        theirs.forEach(
                (id, value) -> {
                    if (!BOOKKEEPING.matcher(id).matches() && !value.equals(ours.get(id))) {
                        edited.put(id, Optional.of(value));
                    }
                });
        for (String id : ours.keySet()) {
            if (!theirs.containsKey(id)) {
                edited.put(id, Optional.empty());
            }
        }
        return edited;
    }

    /** The properties that are there now, arrays as lists. */
    private Map<String, Object> present(String pid) {
        Map<String, Object> present = new HashMap<>();
        try {
            Dictionary<String, Object> now =
                    admin.getConfiguration(pid, ANY_BUNDLE).getProperties();
            if (now == null) {
                return present;
            }
            for (String id : Collections.list(now.keys())) {
                Object value = now.get(id);
                present.put(id, value.getClass().isArray() ? list(value) : value);
            }
        } catch (IOException | IllegalStateException e) {
            LOG.debug("a configuration cannot be looked at: pid={}", pid, e);
        }
        return present;
    }

    private static List<Object> list(Object array) {
        List<Object> items = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
            items.add(Array.get(array, i));
        }
        return items;
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
