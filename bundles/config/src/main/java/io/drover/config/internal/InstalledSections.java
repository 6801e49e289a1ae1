package io.drover.config.internal;

import io.drover.config.internal.schema.MetatypeXml;
import io.drover.config.internal.schema.Schema;
import io.drover.config.internal.schema.Section;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.xml.stream.XMLStreamException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.BundleTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sections of all installed Drover bundles. A bundle counts from its installation until it is
 * uninstalled, whatever happens to it in between: an update, a refresh or a stop must not take its
 * configuration away. Opened, read and closed by one thread; bundles come and go on others.
 */
final class InstalledSections implements BundleTrackerCustomizer<Bundle>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InstalledSections.class);

    private static final int INSTALLED =
            Bundle.INSTALLED | Bundle.RESOLVED | Bundle.STARTING | Bundle.ACTIVE | Bundle.STOPPING;

    private static final String METATYPE = "OSGI-INF/metatype";

    private final BundleContext context;
    private final BundleTracker<Bundle> tracker;
    private final Runnable changed;
    private final Map<Long, List<Section>> known = new HashMap<>();
    private final Set<Long> stale = ConcurrentHashMap.newKeySet();

    /**
     * @param changed called on any thread, perhaps in the middle of an installation: must only take
     *     note
     */
    InstalledSections(BundleContext context, Runnable changed) {
        this.context = context;
        this.tracker = new BundleTracker<>(context, INSTALLED, this);
        this.changed = changed;
    }

    void open() {
        tracker.open();
    }

    @Override
    public void close() {
        tracker.close();
    }

    /**
     * What is installed now. Asks the framework and not the tracker, which calls for a bundle
     * before it lists it.
     */
    Schema schema() {
        List<Bundle> bundles =
                Arrays.stream(context.getBundles())
                        .filter(InstalledSections::ofDrover)
                        .filter(bundle -> bundle.getState() != Bundle.UNINSTALLED)
                        .sorted(
                                Comparator.comparing(Bundle::getVersion)
                                        .thenComparingLong(Bundle::getBundleId))
                        .toList();
        known.keySet().retainAll(bundles.stream().map(Bundle::getBundleId).toList());
        return Schema.of(bundles.stream().flatMap(bundle -> of(bundle).stream()).toList())
                .withLogLevels();
    }

    private List<Section> of(Bundle bundle) {
        boolean read = stale.remove(bundle.getBundleId());
        List<Section> former = known.get(bundle.getBundleId());
        if (former != null && !read) {
            return former;
        }
        List<Section> sections = read(bundle);
        if (sections.isEmpty() && former != null) {
            // It may be in the middle of an update; what was known holds until it is resolved.
            return former;
        }
        known.put(bundle.getBundleId(), sections);
        return sections;
    }

    private static List<Section> read(Bundle bundle) {
        List<Section> sections = new ArrayList<>();
        try {
            Enumeration<String> paths = bundle.getEntryPaths(METATYPE);
            for (String path : paths == null ? List.<String>of() : Collections.list(paths)) {
                URL entry = bundle.getEntry(path);
                if (path.endsWith(".xml") && entry != null) {
                    try (InputStream in = entry.openStream()) {
                        sections.addAll(MetatypeXml.read(in));
                    }
                }
            }
            return sections;
        } catch (IllegalStateException e) {
            LOG.debug("uninstalled a moment ago: bundle={}", bundle, e);
        } catch (IOException | XMLStreamException | IllegalArgumentException e) {
            LOG.error("metatype unreadable: bundle={}", bundle, e);
        }
        return List.of();
    }

    private static boolean ofDrover(Bundle bundle) {
        String name = bundle.getSymbolicName();
        return name != null && name.startsWith(Section.PID_PREFIX);
    }

    @Override
    public Bundle addingBundle(Bundle bundle, BundleEvent event) {
        if (!ofDrover(bundle)) {
            return null;
        }
        note(bundle);
        return bundle;
    }

    @Override
    public void modifiedBundle(Bundle bundle, BundleEvent event, Bundle tracked) {
        // Not at UPDATED: Felix may show no content yet, and its components need it resolved
        // anyway.
        if (event.getType() == BundleEvent.RESOLVED) {
            note(bundle);
        }
    }

    @Override
    public void removedBundle(Bundle bundle, BundleEvent event, Bundle tracked) {
        changed.run();
    }

    private void note(Bundle bundle) {
        stale.add(bundle.getBundleId());
        changed.run();
    }
}
