package io.drover.itests.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Enumeration;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * A bundle that writes down what any other bundle in the agent's process can see: the properties
 * and the {@code toString} of every service, and every configuration. Whenever the file {@code
 * inspect} appears in the home it writes {@code inspected} and takes {@code inspect} away.
 */
public final class InspectingActivator implements BundleActivator, Runnable {

    private volatile boolean stopped;
    private BundleContext context;

    @Override
    public void start(BundleContext given) {
        context = given;
        Thread thread = new Thread(this, "inspector");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void stop(BundleContext given) {
        stopped = true;
    }

    @Override
    public void run() {
        Path home = Path.of(System.getProperty("drover.home"));
        try {
            while (!stopped) {
                if (Files.exists(home.resolve("inspect"))) {
                    Files.writeString(home.resolve("inspected"), all());
                    Files.delete(home.resolve("inspect"));
                }
                Thread.sleep(50);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private String all() throws Exception {
        StringBuilder seen = new StringBuilder();
        for (ServiceReference<?> reference : context.getAllServiceReferences(null, null)) {
            seen.append("service of ").append(reference.getBundle()).append('\n');
            for (String key : reference.getPropertyKeys()) {
                append(seen, key, reference.getProperty(key));
            }
            Object service = context.getService(reference);
            if (service != null) {
                append(seen, "toString", String.valueOf(service));
                context.ungetService(reference);
            }
        }
        ServiceReference<ConfigurationAdmin> admin =
                context.getServiceReference(ConfigurationAdmin.class);
        for (Configuration each : context.getService(admin).listConfigurations(null)) {
            seen.append("configuration ").append(each.getPid()).append('\n');
            Dictionary<String, Object> values = each.getProperties();
            for (Enumeration<String> keys = values.keys(); keys.hasMoreElements(); ) {
                String key = keys.nextElement();
                append(seen, key, values.get(key));
            }
        }
        return seen.toString();
    }

    private static void append(StringBuilder seen, String key, Object value) {
        if (value != null && value.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(value); i++) {
                append(seen, key, Array.get(value, i));
            }
        } else {
            seen.append("  ").append(key).append('=').append(value).append('\n');
        }
    }

    /** Writes it as a bundle. */
    static void writeTo(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", "io.drover.itests.inspector");
        main.putValue("Bundle-Version", "1.0.0");
        main.putValue("Bundle-Activator", InspectingActivator.class.getName());
        main.putValue("Import-Package", "org.osgi.framework,org.osgi.service.cm");
        String entry = InspectingActivator.class.getName().replace('.', '/') + ".class";
        Files.createDirectories(jar.getParent());
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                InputStream code =
                        InspectingActivator.class.getClassLoader().getResourceAsStream(entry)) {
            out.putNextEntry(new JarEntry(entry));
            code.transferTo(out);
            out.closeEntry();
        }
    }
}
