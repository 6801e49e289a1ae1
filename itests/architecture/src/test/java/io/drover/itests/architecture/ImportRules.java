package io.drover.itests.architecture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Who may import whom. Each broken rule is one sentence. */
final class ImportRules {

    /** Third parties and the wire contract, each with the only bundles that may know it. */
    private static final Map<String, Set<String>> KNOWN_BY =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("io.drover.proto.", Set.of("grpc", "link")),
                            Map.entry("io.grpc.", Set.of("grpc", "link", "proto")),
                            // Its TLS; nothing else of Netty is for a bundle that serves by Jetty.
                            Map.entry(
                                    "io.grpc.netty.shaded.io.netty.handler.ssl.",
                                    Set.of("grpc", "http", "link")),
                            Map.entry(
                                    "io.grpc.netty.shaded.io.netty.buffer.",
                                    Set.of("grpc", "http", "link")),
                            Map.entry(
                                    "io.grpc.netty.shaded.io.netty.util.",
                                    Set.of("grpc", "http", "link")),
                            Map.entry("com.google.", Set.of("grpc", "link", "proto")),
                            Map.entry("io.fabric8.", Set.of("kubernetes")),
                            // Its page makes 200 times the garbage of ours.
                            Map.entry("io.prometheus.", Set.of()),
                            Map.entry("org.bouncycastle.", Set.of()),
                            Map.entry("org.eclipse.jetty.", Set.of("http", "jetty")),
                            Map.entry("org.ops4j.pax.web.", Set.of("http", "jetty")),
                            Map.entry("jakarta.servlet.", Set.of("http")),
                            Map.entry("org.osgi.service.servlet.", Set.of("http")),
                            Map.entry("org.apache.karaf.", Set.of("launcher", "shell")),
                            // Embedded in kernel: as a bundle JLine would wire it too, and a
                            // refresh of it would restart half the system.
                            Map.entry("com.sun.jna.", Set.of()),
                            // The servlets of Jetty 9 and Pax Web 8, both at the end of their life.
                            Map.entry("javax.servlet.", Set.of())));

    private ImportRules() {}

    static List<String> broken(BuiltBundle bundle) {
        List<String> broken = new ArrayList<>();
        for (Clause imported : bundle.imports()) {
            String name = imported.name();
            reserved(bundle, name)
                    .or(() -> sibling(bundle, name))
                    .or(() -> beyondJdk(bundle, name))
                    .ifPresent(
                            rule -> broken.add(bundle.word() + " imports " + name + ": " + rule));
            unbounded(bundle, imported).ifPresent(broken::add);
        }
        return broken;
    }

    /** The longest name that fits says who may. */
    private static Optional<String> reserved(BuiltBundle bundle, String imported) {
        String family =
                KNOWN_BY.keySet().stream()
                        .filter((imported + ".")::startsWith)
                        .max(Comparator.comparing(String::length))
                        .orElse("");
        Set<String> words = KNOWN_BY.getOrDefault(family, Set.of(bundle.word()));
        if (words.contains(bundle.word())) {
            return Optional.empty();
        }
        String whom =
                words.isEmpty()
                        ? "nobody imports "
                        : "only "
                                + String.join(", ", words.stream().sorted().toList())
                                + (words.size() == 1 ? " imports " : " import ");
        return Optional.of(whom + family + "*");
    }

    private static Optional<String> sibling(BuiltBundle bundle, String imported) {
        if (!imported.startsWith("io.drover.") || imported.startsWith("io.drover.proto.")) {
            return Optional.empty();
        }
        boolean api = imported.startsWith("io.drover.api.");
        return switch (bundle.kind()) {
            case IMPLEMENTATION, FRAGMENT, TESTING ->
                    api
                            ? Optional.empty()
                            : Optional.of(
                                    "an implementation bundle imports io.drover.api.* and third"
                                            + " parties, never a sibling");
            case API -> beyondJdk(bundle, imported);
            case PROTO -> Optional.of("proto imports protobuf and gRPC alone");
            case RUNTIME -> Optional.of("third parties know nothing of Drover");
            case LAUNCHER -> Optional.of("it runs before there are bundles");
        };
    }

    private static Optional<String> beyondJdk(BuiltBundle bundle, String imported) {
        boolean fine =
                bundle.kind() != Kind.API
                        || Jdk.has(imported)
                        // Its own exports: bnd lets a bundle take them from a newer one of itself.
                        || bundle.exports().stream().anyMatch(own -> own.name().equals(imported))
                        || imported.startsWith("org.osgi.annotation.");
        return fine ? Optional.empty() : Optional.of("api imports the JDK alone");
    }

    /** Without a range a bundle would be wired to a contract that it was not written for. */
    private static Optional<String> unbounded(BuiltBundle bundle, Clause imported) {
        String range = imported.parameters().getOrDefault("version", "");
        boolean ours = imported.name().startsWith("io.drover.");
        return ours && !range.matches("[\\[(][^,]+,[^,]+[])]")
                ? Optional.of(
                        bundle.word()
                                + " imports "
                                + imported.name()
                                + (range.isEmpty() ? " in any version" : " from " + range + " on")
                                + ": contracts are imported with a range of versions")
                : Optional.empty();
    }
}
