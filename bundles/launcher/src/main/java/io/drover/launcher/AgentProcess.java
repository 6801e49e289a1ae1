package io.drover.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.karaf.main.Main;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;

/**
 * The agent in the foreground: Karaf with Drover's home, until a signal or a fatal step ends it.
 * The main thread waits; signals come on threads of the JVM and only count down a latch.
 */
final class AgentProcess {

    /** Set by the bundle core before it stops the framework because a step failed for good. */
    private static final String EXIT_CODE = "drover.exit.code";

    /** Set by the bundle core before the framework stops: bundles that hang in their stop. */
    private static final String LATE = "drover.stop.late";

    /** Longest time for the framework to stop; what hangs beyond it is cut off. */
    private static final long STOP_SECONDS = Long.getLong("drover.stop.seconds", 20);

    /** The same when it is known that something hangs, so that it cannot stop. */
    private static final long STOP_SECONDS_LATE = 3;

    private final Distribution distribution;
    private final Path home;
    private final boolean console;
    private final boolean sandbox;
    private final CountDownLatch signalled = new CountDownLatch(1);
    private final AtomicBoolean stopAsked = new AtomicBoolean();
    private volatile Framework running;

    AgentProcess(Distribution distribution, Path home, List<String> words) throws StartException {
        this.distribution = distribution;
        this.home = home;
        this.console = words.remove("--console");
        this.sandbox = words.remove("--sandbox");
        if (!words.isEmpty()) {
            throw new StartException(
                    ExitCode.USAGE,
                    "run does not take "
                            + words.get(0)
                            + "; it takes --home DIR, --console and --sandbox");
        }
    }

    /** Runs the agent and returns the exit code. */
    int run() throws StartException {
        handleSignals();
        try (HomeFolder folder = HomeFolder.take(home)) {
            pointKarafAt(folder);
            boolean fresh = !folder.cacheIsOf(fingerprint());
            Main karaf = new Main(new String[0]);
            if (fresh) {
                System.setProperty("karaf.clean.cache", "true");
            }
            System.setProperty("drover.start.container", Long.toString(System.currentTimeMillis()));
            karaf.launch();
            running = karaf.getFramework();
            if (sandbox) {
                new MoreFeatures(running).install("drover-sandbox");
            }
            return waitAndStop(running);
        } catch (StartException e) {
            throw e;
        } catch (IOException e) {
            throw new StartException(ExitCode.UNAVAILABLE, "the start failed: " + e);
        } catch (Exception e) {
            throw new StartException(ExitCode.INTERNAL, "the container did not start: " + e);
        }
    }

    /**
     * What is installed beside the boot features stays in the cache: another start has another one.
     */
    private String fingerprint() throws IOException {
        return distribution.fingerprint() + (sandbox ? "sandbox\n" : "");
    }

    private void handleSignals() {
        for (String name : new String[] {"TERM", "INT"}) {
            sun.misc.Signal.handle(new sun.misc.Signal(name), signal -> stopOrCutOff());
        }
        sun.misc.Signal.handle(new sun.misc.Signal("HUP"), signal -> reload());
    }

    /**
     * The bundle config reads its sources anew. Nothing happens while there is none yet: it will
     * read them as they are by then.
     */
    private void reload() {
        Framework framework = running;
        if (framework != null && framework.getState() == Bundle.ACTIVE) {
            callAll(framework.getBundleContext(), "(drover.signal=HUP)", "reading anew");
        }
    }

    /** A second signal is from a person who will not wait. */
    private void stopOrCutOff() {
        if (stopAsked.getAndSet(true)) {
            System.err.println("drover: told twice to stop, ending at once");
            Runtime.getRuntime().halt(ExitCode.INTERNAL);
        }
        signalled.countDown();
    }

    private void pointKarafAt(HomeFolder folder) {
        System.setProperty("drover.home", home.toString());
        System.setProperty("karaf.base", home.toString());
        System.setProperty("karaf.data", folder.data().toString());
        System.setProperty("karaf.etc", distribution.etc().toString());
        System.setProperty("karaf.log", home.resolve("log").toString());
        System.setProperty("karaf.instances", folder.run().resolve("instances").toString());
        System.setProperty("java.io.tmpdir", makeTemp(folder));
        System.setProperty("karaf.handle.sigterm", "false");
        System.setProperty("karaf.startLocalConsole", Boolean.toString(console));
        System.setProperty("karaf.startRemoteShell", "true");
        System.setProperty("karaf.restart.jvm.supported", "false");
        System.setProperty("karaf.log.console", console ? "OFF" : "INFO");
    }

    private static String makeTemp(HomeFolder folder) {
        Path temp = folder.data().resolve("tmp");
        temp.toFile().mkdirs();
        return temp.toString();
    }

    private int waitAndStop(Framework framework) throws InterruptedException {
        Thread watcher = new Thread(() -> awaitStop(framework), "drover-launcher");
        watcher.setDaemon(true);
        watcher.start();
        signalled.await();
        Bundle[] bundles = {};
        if (framework.getState() == Bundle.ACTIVE) {
            bundles = framework.getBundleContext().getBundles();
            prepareForStop(framework.getBundleContext());
        }
        boolean inOrder = stop(framework, bundles);
        // Why the agent ended weighs more than how.
        return Integer.getInteger(EXIT_CODE, inOrder ? ExitCode.OK : ExitCode.INTERNAL);
    }

    /**
     * A framework that stops by itself, as after a fatal step or {@code system:shutdown}, ends the
     * wait too.
     */
    private void awaitStop(Framework framework) {
        try {
            framework.waitForStop(0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        signalled.countDown();
    }

    /** Lets the bundle core turn the agent unready and drain it before the first bundle stops. */
    private static void prepareForStop(BundleContext context) {
        callAll(context, "(drover.shutdown=prepare)", "draining");
    }

    private static void callAll(BundleContext context, String filter, String what) {
        try {
            for (ServiceReference<Runnable> reference :
                    context.getServiceReferences(Runnable.class, filter)) {
                Runnable service = context.getService(reference);
                if (service != null) {
                    service.run();
                }
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("a constant filter does not parse", e);
        } catch (RuntimeException e) {
            // Whatever it was, the process itself must go on.
            System.err.println("drover: " + what + " failed: " + e);
        }
    }

    private static boolean stop(Framework framework, Bundle[] bundles) throws InterruptedException {
        try {
            framework.stop();
        } catch (BundleException e) {
            System.err.println("drover: the container did not stop in order: " + e);
        }
        long seconds = System.getProperty(LATE) == null ? STOP_SECONDS : STOP_SECONDS_LATE;
        FrameworkEvent end = framework.waitForStop(TimeUnit.SECONDS.toMillis(seconds));
        String late = System.getProperty(LATE);
        if (end.getType() != FrameworkEvent.WAIT_TIMEDOUT && late == null) {
            return true;
        }
        System.err.println(
                "drover: did not stop in time and is cut off: "
                        + (late == null ? String.join(", ", working(bundles)) : late));
        return false;
    }

    private static List<String> working(Bundle[] bundles) {
        List<String> names = new ArrayList<>();
        for (Bundle bundle : bundles) {
            if (bundle.getBundleId() != 0
                    && (bundle.getState() == Bundle.STOPPING
                            || bundle.getState() == Bundle.ACTIVE)) {
                names.add(bundle.getSymbolicName());
            }
        }
        return names;
    }
}
