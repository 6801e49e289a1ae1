package io.drover.itests.architecture;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checkout with what the build has made in it.
 *
 * @param root its top folder, absolute
 */
record Checkout(Path root) {

    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    static Checkout ofProcess() {
        return new Checkout(
                Path.of(System.getProperty("drover.checkout", "../.."))
                        .toAbsolutePath()
                        .normalize());
    }

    /** The words of all bundles, as the reactor builds them. */
    List<String> words() throws IOException {
        List<String> words = new ArrayList<>();
        Matcher module = MODULE.matcher(Files.readString(root.resolve("bundles/pom.xml")));
        while (module.find()) {
            words.add(module.group(1).strip());
        }
        return words;
    }

    /**
     * The built jar of one bundle.
     *
     * @throws AssertionError when there is none, or more than one
     */
    BuiltBundle bundle(String word) throws IOException {
        Path target = root.resolve("bundles").resolve(word).resolve("target");
        List<Path> jars = new ArrayList<>();
        if (Files.isDirectory(target)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(target, word + "-*.jar")) {
                found.forEach(jars::add);
            }
        }
        if (jars.size() != 1) {
            throw new AssertionError(
                    jars.isEmpty()
                            ? word
                                    + " has no jar in its target folder: build it with ./drover build"
                            : word + " has several jars, build it anew with mvn clean: " + jars);
        }
        return BuiltBundle.read(word, jars.get(0));
    }

    FeatureFile features() throws IOException {
        return FeatureFile.parse(
                Files.readString(root.resolve("features/src/main/feature/feature.xml")));
    }

    /** The files of the distribution's own repository, relative to it. */
    List<String> distributed() throws IOException {
        Path system = root.resolve("karaf-assembly/target/assembly/system");
        if (!Files.isDirectory(system)) {
            throw new AssertionError("there is no distribution: build it with ./drover build");
        }
        try (Stream<Path> files = Files.walk(system)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> system.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
