package io.drover.itests.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** Each feature by itself: installed, all of its bundles active, uninstalled without a trace. */
@RunWith(PaxExam.class)
public class FeaturesAloneIT {

    private static final int DEADLINE_SECONDS = 60;

    @Inject private BundleContext context;

    @SuppressWarnings("unused") // its coming is what the injection waits for
    @Inject
    private BootFinished booted;

    @Inject private FeaturesService features;

    @Configuration
    public Option[] configuration() {
        return Containers.empty();
    }

    @Test
    public void everyFeatureWorksInAnEmptyKarafAndLeavesItAsItWas() throws Exception {
        List<String> names = ownFeatures();
        assertTrue("features found: " + names, names.size() >= 15);
        Set<String> before = bundles();
        assertTrue(
                "nothing of Drover is there yet: " + before,
                before.stream().noneMatch(bundle -> bundle.startsWith("io.drover")));

        for (String name : names) {
            features.installFeature(name, EnumSet.of(FeaturesService.Option.NoAutoRefreshBundles));
            try {
                Waiting.until(
                        "all bundles of " + name + " are active",
                        DEADLINE_SECONDS,
                        () -> inactive().isEmpty(),
                        () -> inactive().toString());
            } finally {
                features.uninstallFeature(name);
            }
            assertEquals("bundles after " + name + " has gone", before, bundles());
        }
    }

    private List<String> ownFeatures() throws Exception {
        List<String> names = new ArrayList<>();
        for (Feature feature : features.listFeatures()) {
            if (feature.getName().startsWith("drover")) {
                names.add(feature.getName());
            }
        }
        return names;
    }

    private Set<String> bundles() {
        return Arrays.stream(context.getBundles())
                .map(Bundle::getSymbolicName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<String> inactive() {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getHeaders().get("Fragment-Host") == null)
                .filter(bundle -> bundle.getState() != Bundle.ACTIVE)
                .map(bundle -> bundle.getSymbolicName() + " in state " + bundle.getState())
                .collect(Collectors.toList());
    }
}
