package io.drover.itests.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The same commit gives the same bytes, whoever builds it, when and where. */
final class ReproducibleRules {

    private static final Set<String> OF_TIME_OR_HOST =
            Set.of("Bnd-LastModified", "Built-By", "Build-Host", "Build-Jdk", "Tool", "Build-Time");

    private ReproducibleRules() {}

    /**
     * @param checkout where the sources lie, as it must not be found in a header
     */
    static List<String> broken(BuiltBundle bundle, String checkout) {
        List<String> broken = new ArrayList<>();
        for (Map.Entry<String, String> header : bundle.headers().entrySet()) {
            String name = header.getKey();
            String value = header.getValue();
            if (OF_TIME_OR_HOST.contains(name)) {
                broken.add(bundle.word() + " has the header " + name + ", which differs by build");
            }
            if (value.contains(checkout)) {
                broken.add(bundle.word() + " names the folder it was built in: " + name);
            }
        }
        String by = bundle.headers().getOrDefault("Created-By", "");
        if (!by.isEmpty() && !by.matches("(Maven JAR|Apache Maven Bundle) Plugin [0-9.]+")) {
            broken.add(bundle.word() + " names more than the build plugin: Created-By " + by);
        }
        String version = bundle.headers().getOrDefault("Bundle-Version", "");
        if (version.matches(".*\\d{8,}.*")) {
            broken.add(bundle.word() + " has the time in its version: " + version);
        }
        return broken;
    }
}
