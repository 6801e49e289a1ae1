package io.drover.itests.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.drover.api.agent.Agent;
import java.io.InputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.FrameworkWiring;

/** A logic bundle is replaced while clients ask without a pause: none of their requests fails. */
@RunWith(PaxExam.class)
public class SwapUnderLoadIT {

    private static final int SWAPS = 3;
    private static final int DEADLINE_SECONDS = 60;

    /** A request waits for two seconds at most (http.hold_ms); beyond is the answer itself. */
    private static final long SLOWEST_MILLIS = 4_000;

    @Inject private BundleContext context;

    @SuppressWarnings("unused") // its coming is what the injection waits for
    @Inject
    private BootFinished booted;

    @Configuration
    public Option[] configuration() {
        return Containers.distribution();
    }

    @Test
    public void noRequestFailsWhileConntrackIsReplaced() throws Exception {
        replaceUnderLoad("conntrack");
    }

    @Test
    public void noRequestFailsWhileAutoscalingIsReplaced() throws Exception {
        replaceUnderLoad("autoscaling");
    }

    @Test
    public void noRequestFailsWhileMetricsIsReplaced() throws Exception {
        replaceUnderLoad("metrics");
    }

    @Test
    public void noRequestFailsWhileCoreIsReplaced() throws Exception {
        replaceUnderLoad("core");
    }

    @Test
    public void noRequestFailsWhileConfigIsReplaced() throws Exception {
        replaceUnderLoad("config");
    }

    @Test
    public void noRequestFailsWhileSecurityIsReplaced() throws Exception {
        replaceUnderLoad("security");
    }

    private void replaceUnderLoad(String word) throws Exception {
        awaitReady();
        Bundle bundle =
                Arrays.stream(context.getBundles())
                        .filter(b -> ("io.drover." + word).equals(b.getSymbolicName()))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("no bundle " + word));
        try (Load load = Load.on(agent().listening())) {
            for (int i = 0; i < SWAPS; i++) {
                load.awaitRound();
                replace(bundle);
                load.awaitRound();
            }
            load.stop();

            assertEquals(word + " was replaced: " + load, List.of(), load.failures());
            assertTrue(load.toString(), load.slowestMillis() < SLOWEST_MILLIS);
            System.out.println("swapped under load: " + word + ": " + load);
        }
    }

    private void replace(Bundle bundle) throws Exception {
        try (InputStream jar = URI.create(bundle.getLocation()).toURL().openStream()) {
            bundle.update(jar);
        }
        boolean[] done = new boolean[1];
        context.getBundle(0)
                .adapt(FrameworkWiring.class)
                .refreshBundles(
                        List.of(bundle),
                        event -> {
                            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                                done[0] = true;
                            }
                        });
        Waiting.until("it is refreshed", DEADLINE_SECONDS, () -> done[0], () -> "nothing");
        awaitReady();
    }

    private void awaitReady() throws Exception {
        Waiting.until(
                "the agent is ready",
                DEADLINE_SECONDS,
                () -> {
                    Agent agent = agent();
                    return agent != null && agent.ready();
                },
                () -> String.valueOf(agent()));
    }

    /** Of the bundle core as it is now; null while it is being replaced. */
    private Agent agent() {
        ServiceReference<Agent> reference = context.getServiceReference(Agent.class);
        return reference == null ? null : context.getService(reference);
    }
}
