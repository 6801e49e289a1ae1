package io.drover.itests.architecture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;

/**
 * What the rules look at of one built jar.
 *
 * @param word the bundle's folder: {@code conntrack}
 * @param headers the manifest
 * @param entries names of the files in the jar, those of jars inside it not
 */
record BuiltBundle(String word, Map<String, String> headers, Set<String> entries) {

    BuiltBundle {
        headers = new TreeMap<>(headers);
        entries = Set.copyOf(entries);
    }

    static BuiltBundle read(String word, Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            Map<String, String> headers = new TreeMap<>();
            file.getManifest()
                    .getMainAttributes()
                    .forEach((name, value) -> headers.put(name.toString(), value.toString()));
            Set<String> entries =
                    file.stream()
                            .filter(entry -> !entry.isDirectory())
                            .map(ZipEntry::getName)
                            .collect(Collectors.toSet());
            return new BuiltBundle(word, headers, entries);
        }
    }

    Kind kind() {
        return Kind.of(word);
    }

    String header(String name) {
        return headers.get(name);
    }

    List<Clause> imports() {
        return Clause.parse(header("Import-Package"));
    }

    List<Clause> exports() {
        return Clause.parse(header("Export-Package"));
    }

    /** The packages of its own classes. */
    Set<String> packages() {
        return entries.stream()
                .filter(entry -> entry.endsWith(".class") && entry.contains("/"))
                .filter(entry -> !entry.startsWith("META-INF/"))
                .map(entry -> entry.substring(0, entry.lastIndexOf('/')).replace('/', '.'))
                .collect(Collectors.toSet());
    }
}
