package io.drover.itests.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** A bundle of somebody else whose stop never ends, whatever interrupts it. */
public final class HangingActivator implements BundleActivator {

    @Override
    public void start(BundleContext context) {
        System.out.println("hanging bundle started");
    }

    @Override
    @SuppressWarnings("InfiniteLoopStatement")
    public void stop(BundleContext context) {
        while (true) {
            java.util.concurrent.locks.LockSupport.park();
            Thread.interrupted();
        }
    }

    /** Writes it as a bundle. */
    static void writeTo(Path jar, String symbolicName) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", symbolicName);
        main.putValue("Bundle-Version", "1.0.0");
        main.putValue("Bundle-Activator", HangingActivator.class.getName());
        main.putValue("Import-Package", "org.osgi.framework");
        String entry = HangingActivator.class.getName().replace('.', '/') + ".class";
        Files.createDirectories(jar.getParent());
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                InputStream code =
                        HangingActivator.class.getClassLoader().getResourceAsStream(entry)) {
            out.putNextEntry(new JarEntry(entry));
            code.transferTo(out);
            out.closeEntry();
        }
    }
}
