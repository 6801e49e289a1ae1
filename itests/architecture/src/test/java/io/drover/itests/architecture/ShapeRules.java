package io.drover.itests.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a bundle of Drover has, and what it never has. Each broken rule is one sentence. */
final class ShapeRules {

    private static final Map<String, String> NEVER =
            Map.of(
                    "Bundle-Activator", "an immediate component does it",
                    "Require-Bundle", "packages are imported, not bundles",
                    "DynamicImport-Package", "what is needed is known when it is built",
                    "Bundle-Blueprint", "Declarative Services alone");

    private ShapeRules() {}

    static List<String> broken(BuiltBundle bundle) {
        List<String> broken = new ArrayList<>();
        names(bundle, broken);
        forbidden(bundle, broken);
        exports(bundle, broken);
        packages(bundle, broken);
        optionalImports(bundle, broken);
        return broken;
    }

    private static void names(BuiltBundle bundle, List<String> broken) {
        String expected = "io.drover." + bundle.word();
        String name = String.valueOf(bundle.header("Bundle-SymbolicName"));
        if (!Clause.parse(name).get(0).name().equals(expected)) {
            broken.add(bundle.word() + " is named " + name + ": one word everywhere, " + expected);
        }
        boolean fragment = bundle.header("Fragment-Host") != null;
        if (fragment != (bundle.kind() == Kind.FRAGMENT)) {
            broken.add(
                    bundle.word()
                            + (fragment ? " is a fragment" : " has no host")
                            + ": jetty alone is part of another bundle");
        }
    }

    private static void forbidden(BuiltBundle bundle, List<String> broken) {
        NEVER.forEach(
                (header, instead) -> {
                    if (bundle.header(header) != null) {
                        broken.add(bundle.word() + " has a " + header + ": " + instead);
                    }
                });
        for (String entry : new TreeSet<>(bundle.entries())) {
            if (entry.startsWith("OSGI-INF/blueprint/")) {
                broken.add(bundle.word() + " holds " + entry + ": Declarative Services alone");
            }
            if (entry.matches("(.*/)?jna-?[^/]*\\.jar|com/sun/jna/.*")
                    && !bundle.word().equals("kernel")) {
                broken.add(bundle.word() + " holds " + entry + ": every native call is in kernel");
            }
        }
    }

    private static void exports(BuiltBundle bundle, List<String> broken) {
        for (Clause exported : bundle.exports()) {
            String name = exported.name();
            String rule =
                    switch (bundle.kind()) {
                        case API -> name.startsWith("io.drover.api.") ? "" : "api is the contract";
                        case PROTO ->
                                name.startsWith("io.drover.proto.") ? "" : "proto is the wire";
                        case RUNTIME -> "";
                        default -> "an implementation bundle exports nothing";
                    };
            if (!rule.isEmpty()) {
                broken.add(bundle.word() + " exports " + name + ": " + rule);
            } else if (!exported.parameters().containsKey("version")) {
                broken.add(bundle.word() + " exports " + name + " without a version");
            }
        }
    }

    private static void packages(BuiltBundle bundle, List<String> broken) {
        String root = "io.drover." + bundle.word();
        for (String name : new TreeSet<>(bundle.packages())) {
            boolean fine =
                    switch (bundle.kind()) {
                        case IMPLEMENTATION -> (name + ".").startsWith(root + ".internal.");
                        case RUNTIME -> false;
                        default -> (name + ".").startsWith(root + ".");
                    };
            if (!fine && name.startsWith("io.drover.")) {
                broken.add(bundle.word() + " holds the package " + name + ", which is not its own");
            }
        }
        if (bundle.kind() == Kind.API) {
            Set<String> hidden = new TreeSet<>(bundle.packages());
            bundle.exports().forEach(exported -> hidden.remove(exported.name()));
            hidden.forEach(name -> broken.add("api does not export its package " + name));
        }
    }

    /**
     * A bundle with an optional import is wired anew when what it could use arrives, and takes
     * along all that use it. What the JDK has is there from the start or never comes.
     */
    private static void optionalImports(BuiltBundle bundle, List<String> broken) {
        for (Clause imported : bundle.imports()) {
            if (!imported.optional()) {
                continue;
            }
            String what = bundle.word() + " imports " + imported.name() + " optionally: ";
            if (bundle.kind() != Kind.RUNTIME) {
                broken.add(what + "our bundles need what they import");
            } else if (!Jdk.has(imported.name())) {
                broken.add(what + "it is not of the JDK, so that a later feature could bring it");
            }
        }
    }
}
