package io.drover.itests.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * A bundle that replaces another one again and again, as a person does at the console. It does what
 * the file {@code swap} in the home says: the word of a bundle, how often, and the milliseconds
 * before each; then it takes that file away, writes {@code swapped}, and waits for the next.
 */
public final class SwappingActivator implements BundleActivator, Runnable {

    private volatile boolean stopped;
    private BundleContext context;

    @Override
    public void start(BundleContext given) {
        context = given;
        Thread thread = new Thread(this, "swapper");
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
                if (Files.exists(home.resolve("swap"))) {
                    swap(home);
                }
                Thread.sleep(50);
            }
        } catch (Exception e) {
            failed(home, e);
        }
    }

    private void swap(Path home) throws Exception {
        String[] words = Files.readString(home.resolve("swap")).strip().split(" ");
        int done = 0;
        for (int i = 0; i < Integer.parseInt(words[1]) && !stopped; i++) {
            Thread.sleep(Long.parseLong(words[2]));
            replace("io.drover." + words[0]);
            done++;
        }
        Files.delete(home.resolve("swap"));
        Files.writeString(home.resolve("swapped"), Integer.toString(done));
    }

    private static void failed(Path home, Exception why) {
        try {
            Files.writeString(home.resolve("swapped"), why.toString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void replace(String symbolicName) throws Exception {
        for (Bundle bundle : context.getBundles()) {
            if (symbolicName.equals(bundle.getSymbolicName())) {
                try (InputStream jar = URI.create(bundle.getLocation()).toURL().openStream()) {
                    bundle.update(jar);
                }
                context.getBundle(0).adapt(FrameworkWiring.class).refreshBundles(List.of(bundle));
            }
        }
    }

    /** Writes it as a bundle. */
    static void writeTo(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", "io.drover.itests.swapper");
        main.putValue("Bundle-Version", "1.0.0");
        main.putValue("Bundle-Activator", SwappingActivator.class.getName());
        main.putValue("Import-Package", "org.osgi.framework,org.osgi.framework.wiring");
        String entry = SwappingActivator.class.getName().replace('.', '/') + ".class";
        Files.createDirectories(jar.getParent());
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                InputStream code =
                        SwappingActivator.class.getClassLoader().getResourceAsStream(entry)) {
            out.putNextEntry(new JarEntry(entry));
            code.transferTo(out);
            out.closeEntry();
        }
    }
}
