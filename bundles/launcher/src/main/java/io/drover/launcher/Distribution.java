package io.drover.launcher;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The unpacked distribution; only read.
 *
 * @param root the folder that holds {@code bin}, {@code etc}, {@code lib} and {@code system}
 */
record Distribution(Path root) {

    Path etc() {
        return root.resolve("etc");
    }

    /** Where Drover's own bundles lie. */
    Path bundles() {
        return root.resolve("system").resolve("io").resolve("drover");
    }

    /** Drover's own bundles. */
    List<Path> jars() throws IOException {
        try (Stream<Path> files = Files.walk(bundles())) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
    }

    /** Loads classes of some of Drover's own bundles, and of the JDK: without an agent. */
    URLClassLoader loader(String... words) throws IOException {
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars()) {
            if (List.of(words).contains(jar.getParent().getParent().getFileName().toString())) {
                urls.add(jar.toUri().toURL());
            }
        }
        return new URLClassLoader(
                "drover-offline", urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    /**
     * A text that differs whenever a bundle, feature or setting of the distribution does: names,
     * sizes and times.
     */
    String fingerprint() throws IOException {
        StringBuilder lines = new StringBuilder(4096).append(root).append('\n');
        for (Path folder : List.of(bundles(), etc())) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file :
                        files.filter(Files::isRegularFile).sorted().collect(Collectors.toList())) {
                    BasicFileAttributes facts =
                            Files.readAttributes(file, BasicFileAttributes.class);
                    lines.append(root.relativize(file))
                            .append(' ')
                            .append(facts.size())
                            .append(' ')
                            .append(facts.lastModifiedTime().toMillis())
                            .append('\n');
                }
            }
        }
        return lines.toString();
    }
}
