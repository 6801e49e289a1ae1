package io.drover.core.internal;

import java.time.Duration;
import org.osgi.framework.BundleContext;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The container's installation of the boot features. A stop in its midst takes bundles away from
 * under it, which then fails with errors that say nothing of why the agent ends; it may also start
 * anew what was stopped. So a stop lets it end first.
 */
final class Boot {

    /** There from the start of the container where it installs features at all. */
    private static final String INSTALLER = "org.apache.karaf.features.FeaturesService";

    /** There as soon as the boot features are installed, or could not be. */
    private static final String FINISHED = "org.apache.karaf.features.BootFinished";

    private final BundleContext context;
    private final Duration deadline;

    /**
     * @param deadline for what is left of the installation
     */
    Boot(BundleContext context, Duration deadline) {
        this.context = context;
        this.deadline = deadline;
    }

    /**
     * Blocks until the installation is over, at most for the deadline; not at all in a container
     * without one. An interrupt ends the wait and stays set.
     */
    void awaitEnd() {
        if (context.getServiceReference(INSTALLER) == null) {
            return;
        }
        ServiceTracker<Object, Object> finished = new ServiceTracker<>(context, FINISHED, null);
        finished.open(true);
        try {
            finished.waitForService(deadline.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            finished.close();
        }
    }
}
