package io.drover.itests.architecture;

import java.lang.module.ModuleFinder;
import java.util.Set;
import java.util.stream.Collectors;

/** The packages of the JDK that runs this test. */
final class Jdk {

    private static final Set<String> PACKAGES =
            ModuleFinder.ofSystem().findAll().stream()
                    .flatMap(module -> module.descriptor().packages().stream())
                    .collect(Collectors.toSet());

    private Jdk() {}

    static boolean has(String packageName) {
        return PACKAGES.contains(packageName);
    }
}
