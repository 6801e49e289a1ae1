package io.drover.itests.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.drover.api.agent.Agent;
import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.status.State;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * One bundle is replaced while all the others run: nobody else stops, and nothing of the old one is
 * left.
 */
@RunWith(PaxExam.class)
public class SwapIT {

    private static final int SWAPS = Integer.getInteger("drover.swaps", 10);
    private static final int DEADLINE_SECONDS = 60;

    private static final Map<String, State> AT_REST =
            Map.ofEntries(
                    Map.entry("config", State.ACTIVE),
                    Map.entry("core", State.ACTIVE),
                    Map.entry("security", State.ACTIVE),
                    Map.entry("http", State.ACTIVE),
                    Map.entry("metrics", State.ACTIVE),
                    Map.entry("grpc", State.ACTIVE),
                    Map.entry("kernel", State.ACTIVE),
                    Map.entry("profiling", State.SKIPPED),
                    Map.entry("conntrack", State.ACTIVE),
                    Map.entry("kubernetes", State.WAITING),
                    Map.entry("autoscaling", State.WAITING),
                    Map.entry("link", State.SKIPPED));

    @Inject private BundleContext context;

    @SuppressWarnings("unused") // its coming is what the injection waits for
    @Inject
    private BootFinished booted;

    @Inject private Agent agent;

    @Configuration
    public Option[] configuration() {
        return Containers.distribution();
    }

    /** All at rest: a test before this one may have replaced what others still come back from. */
    @Before
    public void awaitTheAgent() throws Exception {
        awaitRest("everything is active but what needs a cluster");
    }

    @Test
    public void conntrackIsReplacedAlone() throws Exception {
        swap("conntrack");
    }

    @Test
    public void httpIsReplacedAlone() throws Exception {
        swap("http");
    }

    @Test
    public void grpcIsReplacedAlone() throws Exception {
        swap("grpc");
    }

    @Test
    public void linkIsReplacedAlone() throws Exception {
        swap("link");
    }

    @Test
    public void autoscalingIsReplacedAlone() throws Exception {
        swap("autoscaling");
    }

    @Test
    public void kubernetesIsReplacedAlone() throws Exception {
        swap("kubernetes");
    }

    @Test
    public void metricsIsReplacedAlone() throws Exception {
        swap("metrics");
    }

    @Test
    public void securityIsReplacedAlone() throws Exception {
        swap("security");
    }

    @Test
    public void configIsReplacedAlone() throws Exception {
        swap("config");
    }

    @Test
    public void profilingIsReplacedAlone() throws Exception {
        swap("profiling");
    }

    @Test
    public void kernelIsReplacedAlone() throws Exception {
        swap("kernel");
    }

    private void swap(String word) throws Exception {
        Bundle bundle = bundleOf(word);
        long pid = ProcessHandle.current().pid();
        Set<String> stopped = new ConcurrentSkipListSet<>();
        SynchronousBundleListener watch =
                event -> {
                    if (event.getType() == BundleEvent.STOPPED) {
                        stopped.add(event.getBundle().getSymbolicName());
                    }
                };
        List<WeakReference<ClassLoader>> old = new ArrayList<>();
        // The first replacement is not counted: it loads what all later ones share.
        replace(bundle, word, old);
        old.clear();
        Set<String> threadsBefore = threads();
        context.addBundleListener(watch);
        try {
            for (int i = 0; i < SWAPS; i++) {
                replace(bundle, word, old);
            }
        } finally {
            context.removeBundleListener(watch);
        }

        assertEquals("the stopped bundles", Set.of("io.drover." + word), stopped);
        assertEquals("the process", pid, ProcessHandle.current().pid());
        Waiting.until(
                "the threads are those of before",
                DEADLINE_SECONDS,
                () -> extra(threadsBefore).isEmpty(),
                () -> "more threads: " + extra(threadsBefore));
        Waiting.until(
                "no class loader of a replaced bundle is left",
                DEADLINE_SECONDS,
                () -> {
                    System.gc();
                    return alive(old) == 0;
                },
                () ->
                        alive(old)
                                + " of "
                                + old.size()
                                + " are left; "
                                + HeapDump.write("swap-" + word));
        assertTrue("all others are active", inactive().isEmpty());
    }

    private void replace(Bundle bundle, String word, List<WeakReference<ClassLoader>> old)
            throws Exception {
        old.add(new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader()));
        try (InputStream jar = URI.create(bundle.getLocation()).toURL().openStream()) {
            bundle.update(jar);
        }
        refresh(bundle);
        assertEquals("the state of " + word, Bundle.ACTIVE, bundle.getState());
        awaitRest("everything is as it was before " + word + " was replaced");
    }

    /**
     * The view is made anew every 200 ms. Of two that come after this call the second was begun
     * after it, so that it cannot show what was true before a replacement.
     */
    private void awaitRest(String what) throws Exception {
        Object shown = agent.subsystems();
        Set<Object> views = Collections.newSetFromMap(new IdentityHashMap<>());
        Waiting.until(
                what,
                DEADLINE_SECONDS,
                () -> {
                    Object view = agent.subsystems();
                    if (view != shown) {
                        views.add(view);
                    }
                    return views.size() >= 2 && agent.ready() && states().equals(AT_REST);
                },
                () -> agent.subsystems().toString());
    }

    /**
     * Without a refresh the old wiring stays until somebody asks for one; the console's command
     * does it too.
     */
    private void refresh(Bundle bundle) throws Exception {
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
        Waiting.until(
                "the packages are refreshed", DEADLINE_SECONDS, () -> done[0], () -> "nothing");
    }

    private static long alive(List<WeakReference<ClassLoader>> loaders) {
        return loaders.stream().filter(loader -> loader.get() != null).count();
    }

    /** By name without the number at the end: a pool may number its threads on. */
    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(thread -> thread.getName().replaceAll("[0-9]+", "#"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> extra(Set<String> before) {
        Set<String> extra = threads();
        extra.removeAll(before);
        return extra;
    }

    private Bundle bundleOf(String word) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> ("io.drover." + word).equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no bundle " + word));
    }

    /** The state of each subsystem: those that use the replaced one come back a moment after it. */
    private Map<String, State> states() {
        return agent.subsystems().stream()
                .collect(Collectors.toMap(SubsystemView::name, SubsystemView::state));
    }

    private List<String> inactive() {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getHeaders().get("Fragment-Host") == null)
                .filter(bundle -> bundle.getState() != Bundle.ACTIVE)
                .map(Bundle::getSymbolicName)
                .collect(Collectors.toList());
    }
}
