package io.drover.launcher;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;

/**
 * Installs a feature of the distribution beside the boot features, as a person would in the
 * console. On a thread of its own; what goes wrong is told on the terminal.
 */
final class MoreFeatures {

    private static final String SERVICE = "org.apache.karaf.features.FeaturesService";

    /** Published when the boot features are there; before that the service refuses. */
    private static final String BOOTED = "org.apache.karaf.features.BootFinished";

    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final long STEP_MILLIS = 50;

    private final Framework framework;

    MoreFeatures(Framework framework) {
        this.framework = framework;
    }

    void install(String feature) {
        Thread thread = new Thread(() -> installWhenBooted(feature), "drover-launcher-features");
        thread.setDaemon(true);
        thread.start();
    }

    private void installWhenBooted(String feature) {
        try {
            BundleContext context = framework.getBundleContext();
            long until = System.nanoTime() + DEADLINE_NANOS;
            while (context.getServiceReference(BOOTED) == null) {
                if (System.nanoTime() > until || framework.getState() != Bundle.ACTIVE) {
                    tell(feature, "the container did not finish its start");
                    return;
                }
                Thread.sleep(STEP_MILLIS);
            }
            ServiceReference<?> reference = context.getServiceReference(SERVICE);
            Object service = context.getService(reference);
            install(service).invoke(service, feature);
        } catch (InvocationTargetException e) {
            tell(feature, e.getCause());
        } catch (ReflectiveOperationException | IllegalStateException e) {
            tell(feature, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The method of the interface: the class behind it is nobody's business. */
    private static Method install(Object service) throws ReflectiveOperationException {
        return Class.forName(SERVICE, false, service.getClass().getClassLoader())
                .getMethod("installFeature", String.class);
    }

    private static void tell(String feature, Object why) {
        System.err.println("drover: the feature " + feature + " could not be installed: " + why);
    }
}
