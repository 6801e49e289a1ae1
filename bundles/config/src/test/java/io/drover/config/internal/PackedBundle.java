package io.drover.config.internal;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Jar;
import java.io.File;
import java.io.InputStream;
import java.nio.file.Path;

/** Bundles of test classes, packed by the bnd that packs the product's. */
public final class PackedBundle {

    private static final File CLASSES = new File("target/test-classes");

    private PackedBundle() {}

    /** Packs the package {@code io.drover.config.probe.<word>} as {@code io.drover.<word>}. */
    public static Path pack(String word, String version, Path folder) throws Exception {
        try (Builder builder = new Builder()) {
            builder.addClasspath(CLASSES);
            builder.setProperty("Bundle-SymbolicName", "io.drover." + word);
            builder.setProperty("Bundle-Version", version);
            builder.setProperty("Private-Package", "io.drover.config.probe." + word);
            builder.setProperty(
                    "Import-Package", "io.drover.config.recorder,*;resolution:=optional");
            builder.setProperty("-noextraheaders", "true");
            Jar jar = builder.build();
            if (!builder.isOk()) {
                throw new AssertionError("bnd: " + builder.getErrors());
            }
            Path file = folder.resolve(word + "-" + version + ".jar");
            jar.write(file.toFile());
            return file;
        }
    }

    /** The metatype that bnd made for a package. */
    public static InputStream metatype(Path bundle, String configClass) throws Exception {
        return new java.net.URL(
                        "jar:" + bundle.toUri() + "!/OSGI-INF/metatype/" + configClass + ".xml")
                .openStream();
    }
}
