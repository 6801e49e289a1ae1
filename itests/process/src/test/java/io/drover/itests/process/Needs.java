package io.drover.itests.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What some stories need of the machine. Where CI runs nothing may be skipped: there a missing
 * thing is a failure.
 */
final class Needs {

    private static final boolean STRICT = "true".equals(System.getenv("CI"));

    private Needs() {}

    static void root() {
        need(
                "root".equals(System.getProperty("user.name")),
                "this story needs root, to make network namespaces");
    }

    static void program(String name, String debianPackage) {
        need(
                Command.exists(name),
                "this story needs " + name + "; install it with: apt-get install " + debianPackage);
    }

    static void need(boolean there, String otherwise) {
        if (STRICT && !there) {
            throw new AssertionError(otherwise);
        }
        assumeTrue(there, otherwise);
    }
}
