package io.drover.config.internal;

import io.drover.config.internal.schema.MetatypeXml;
import io.drover.config.internal.schema.Schema;
import io.drover.config.internal.schema.Section;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private final BundleTracker<Bundle> tracker;
    private final Runnable changed;
    private final Map<Long, Content> contents = new HashMap<>();

    /** What a bundle held when it was installed or updated last. */
    private record Content(long lastModified, List<Section> sections) {}

    /**
     * @param changed called on any thread, perhaps in the middle of an installation: must only take
     *     note
     */
    InstalledSections(BundleContext context, Runnable changed) {
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

    /** What is installed now. */
    Schema schema() {
        Bundle[] tracked = tracker.getBundles();
        List<Bundle> bundles = new ArrayList<>(tracked == null ? List.of() : List.of(tracked));
        bundles.sort(
                Comparator.comparing(Bundle::getVersion).thenComparingLong(Bundle::getBundleId));
        contents.keySet().retainAll(bundles.stream().map(Bundle::getBundleId).toList());
        List<Section> sections = new ArrayList<>();
        for (Bundle bundle : bundles) {
            sections.addAll(
                    contents.compute(bundle.getBundleId(), (id, c) -> content(bundle, c))
                            .sections());
        }
        return Schema.of(sections);
    }

    private static Content content(Bundle bundle, Content known) {
        long lastModified = bundle.getLastModified();
        if (known != null && known.lastModified == lastModified) {
            return known;
        }
        try {
            return new Content(lastModified, sections(bundle));
        } catch (IOException
                | XMLStreamException
                | IllegalArgumentException
                | IllegalStateException e) {
            // IllegalState: it was uninstalled a moment ago, and the tracker will say so.
            LOG.error("metatype unreadable: bundle={}", bundle, e);
            return new Content(lastModified, known == null ? List.of() : known.sections);
        }
    }

    private static List<Section> sections(Bundle bundle) throws IOException, XMLStreamException {
        List<Section> sections = new ArrayList<>();
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
    }

    @Override
    public Bundle addingBundle(Bundle bundle, BundleEvent event) {
        String name = bundle.getSymbolicName();
        if (name == null || !name.startsWith(Section.PID_PREFIX)) {
            return null;
        }
        changed.run();
        return bundle;
    }

    @Override
    public void modifiedBundle(Bundle bundle, BundleEvent event, Bundle tracked) {
        if (event != null && event.getType() == BundleEvent.UPDATED) {
            changed.run();
        }
    }

    @Override
    public void removedBundle(Bundle bundle, BundleEvent event, Bundle tracked) {
        changed.run();
    }
}
