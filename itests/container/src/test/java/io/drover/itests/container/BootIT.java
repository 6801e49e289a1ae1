package io.drover.itests.container;

import static org.junit.Assert.assertTrue;

import io.drover.api.agent.Agent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.FeaturesService;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** The distribution boots from its own system folder, without a network. */
@RunWith(PaxExam.class)
public class BootIT {

    @Inject private BundleContext context;

    @SuppressWarnings("unused") // its coming is what the injection waits for
    @Inject
    private BootFinished booted;

    @Inject private FeaturesService features;

    @Inject private Agent agent;

    @Configuration
    public Option[] configuration() {
        return Containers.distribution();
    }

    @Test
    public void everyBundleIsActive() throws Exception {
        Waiting.until(
                "all bundles are active",
                60,
                () -> inactive().isEmpty(),
                () -> inactive().toString());
    }

    @Test
    public void bothRolesAreInstalled() throws Exception {
        for (String name :
                new String[] {"drover", "drover-node", "drover-cluster", "drover-shell"}) {
            assertTrue(name, features.isInstalled(features.getFeature(name)));
        }
    }

    @Test
    public void theAgentBecomesReady() throws Exception {
        Waiting.until("the start is over", 60, agent::started, () -> agent.subsystems().toString());
        assertTrue(agent.ready());
    }

    private List<String> inactive() {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getHeaders().get("Fragment-Host") == null)
                .filter(bundle -> bundle.getState() != Bundle.ACTIVE)
                .map(bundle -> bundle.getSymbolicName() + " in state " + bundle.getState())
                .collect(Collectors.toList());
    }
}
