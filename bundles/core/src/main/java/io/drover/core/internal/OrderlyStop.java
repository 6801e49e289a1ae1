package io.drover.core.internal;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops Drover's bundles one by one, the last of the start first, each with a deadline. What is
 * left is for the container: the bundles that others stand on, {@code core}, which conducts this,
 * and {@code config}, whose values core has. Each bundle is stopped on a thread of its own, which
 * is left behind when it hangs.
 */
final class OrderlyStop {

    private static final Logger LOG = LoggerFactory.getLogger(OrderlyStop.class);
    private static final String PREFIX = "io.drover.";
    private static final List<String> LEFT = List.of("core", "config");

    private final BundleContext context;
    private final Duration deadline;
    private final Consumer<String> progress;

    /**
     * @param deadline for each bundle
     * @param progress told what is being stopped, before it is
     */
    OrderlyStop(BundleContext context, Duration deadline, Consumer<String> progress) {
        this.context = context;
        this.deadline = deadline;
        this.progress = progress;
    }

    /**
     * Stops them and blocks meanwhile, at most the deadline for each.
     *
     * @return the symbolic names of those that did not stop in time
     */
    List<String> run() {
        List<String> late = new ArrayList<>();
        for (Bundle bundle : lastOfTheStartFirst()) {
            progress.accept("stopping " + word(bundle));
            if (!stop(bundle)) {
                late.add(bundle.getSymbolicName());
            }
        }
        return List.copyOf(late);
    }

    private List<Bundle> lastOfTheStartFirst() {
        List<Bundle> ours = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getState() == Bundle.ACTIVE && works(bundle)) {
                ours.add(bundle);
            }
        }
        ours.sort(Comparator.comparing(OrderlyStop::word, Overview.ORDER_OF_START).reversed());
        return ours;
    }

    /** A bundle that only lends its classes has nothing to stop. */
    private static boolean works(Bundle bundle) {
        String name = bundle.getSymbolicName();
        return name != null
                && name.startsWith(PREFIX)
                && !LEFT.contains(word(bundle))
                && (bundle.getHeaders().get("Service-Component") != null
                        || bundle.getHeaders().get("Bundle-Activator") != null);
    }

    private static String word(Bundle bundle) {
        return bundle.getSymbolicName().substring(PREFIX.length());
    }

    private boolean stop(Bundle bundle) {
        FutureTask<Void> stopped =
                new FutureTask<>(
                        () -> {
                            // Transient: at the next start it starts again.
                            bundle.stop(Bundle.STOP_TRANSIENT);
                            return null;
                        });
        Thread thread = thread(stopped, "drover-core-stop-" + word(bundle));
        thread.setDaemon(true);
        long begin = System.nanoTime();
        thread.start();
        try {
            stopped.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
            LOG.info(
                    "a bundle stopped: bundle={} ms={}",
                    bundle.getSymbolicName(),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
            return true;
        } catch (TimeoutException e) {
            LOG.error(
                    "a bundle did not stop in time and is cut off: bundle={} deadlineMs={}",
                    bundle.getSymbolicName(),
                    deadline.toMillis());
            thread.interrupt();
            return false;
        } catch (ExecutionException e) {
            LOG.warn(
                    "a bundle did not stop in order: bundle={}",
                    bundle.getSymbolicName(),
                    e.getCause());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @SuppressWarnings("removal")
    private static Thread thread(Runnable task, String name) {
        return AccessController.doPrivileged(
                (PrivilegedAction<Thread>) () -> new Thread(null, task, name, 0, false));
    }
}
