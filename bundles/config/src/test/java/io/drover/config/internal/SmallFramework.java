package io.drover.config.internal;

import io.drover.testing.Await;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Felix with Configuration Admin, Declarative Services and the bundle {@code config}, in the JVM of
 * the test.
 */
final class SmallFramework {

    private static final Duration DEADLINE = Duration.ofSeconds(20);

    /** What the test and the bundles both know, so that the test can call their services. */
    private static final String SHARED =
            "org.slf4j;version=2.0.12,org.osgi.service.cm;version=1.6.1,io.drover.config.recorder,"
                    // Of whichever minor version they are: they are built together.
                    + Stream.of(
                                    "agent",
                                    "config",
                                    "http",
                                    "metrics",
                                    "secret",
                                    "security",
                                    "status",
                                    "watch")
                            .map(name -> "io.drover.api." + name + ";version=1.999")
                            .collect(Collectors.joining(","));

    private final Framework framework;

    /**
     * @param storage the framework's own folder; what is there from a former life is used again
     */
    SmallFramework(Path storage) throws BundleException {
        Map<String, String> properties = new HashMap<>();
        properties.put("org.osgi.framework.storage", storage.toString());
        properties.put("org.osgi.framework.system.packages.extra", SHARED);
        framework = new org.apache.felix.framework.FrameworkFactory().newFramework(properties);
        framework.start();
    }

    /** Starts all that the bundle config needs, and it, unless it is there from a former life. */
    void installAll() throws Exception {
        if (framework.getBundleContext().getBundles().length > 1) {
            return;
        }
        List<Bundle> bundles = new ArrayList<>();
        bundles.add(install(jarOf("org.osgi.util.function.Function")));
        bundles.add(install(jarOf("org.osgi.util.promise.Promise")));
        bundles.add(install(jarOf("org.osgi.service.component.ComponentContext")));
        bundles.add(install(jarOf("org.apache.felix.cm.PersistenceManager")));
        bundles.add(install(jarOf("org.apache.felix.scr.info.ScrInfo")));
        bundles.add(install("reference:" + new File("target/classes").toURI()));
        for (Bundle bundle : bundles) {
            bundle.start();
        }
    }

    Bundle install(Path bundle) throws BundleException {
        return install(bundle.toUri().toString());
    }

    Bundle bundle(String symbolicName) {
        return Arrays.stream(context().getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow();
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    /** The present service; it must not be kept. */
    <T> T service(Class<T> type) {
        ServiceReference<T> reference = context().getServiceReference(type);
        if (reference == null) {
            throw new IllegalStateException("there is no " + type.getName());
        }
        return context().getService(reference);
    }

    /** The PID's configuration, or null. */
    Configuration configuration(String pid) {
        try {
            Configuration[] found =
                    service(ConfigurationAdmin.class)
                            .listConfigurations("(service.pid=" + pid + ")");
            return found == null ? null : found[0];
        } catch (IOException | org.osgi.framework.InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
    }

    static void await(String what, Callable<Boolean> condition, Callable<Object> diagnosis) {
        Await.until(
                what,
                DEADLINE,
                condition,
                () -> {
                    try {
                        return String.valueOf(diagnosis.call());
                    } catch (Exception e) {
                        return e.toString();
                    }
                });
    }

    private Bundle install(String location) throws BundleException {
        return context().installBundle(location);
    }

    private static String jarOf(String className) throws ClassNotFoundException {
        Class<?> type = Class.forName(className, false, SmallFramework.class.getClassLoader());
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source.getLocation().toString();
    }

    void stop() throws BundleException, InterruptedException {
        framework.stop();
        framework.waitForStop(DEADLINE.toMillis());
    }
}
