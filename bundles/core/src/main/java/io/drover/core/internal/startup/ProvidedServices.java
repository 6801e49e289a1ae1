package io.drover.core.internal.startup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/**
 * Knows who would provide a service that nobody provides: a bundle that is installed and not
 * started, or one of the distribution that is not installed. Both say it in their manifests. Any
 * thread.
 */
final class ProvidedServices {

    private static final String PREFIX = "io.drover.";
    private static final Pattern CAPABILITY =
            Pattern.compile("osgi\\.service;objectClass:List<String>=\"([^\"]*)\"");
    private static final Pattern ONE_CLASS =
            Pattern.compile("osgi\\.service;objectClass:List<String>=([\\w.]+)");

    private final BundleContext context;
    private final Path repository;
    private Map<String, String> ofDistribution;

    /**
     * @param repository the folder {@code system} of the distribution; may be missing
     */
    ProvidedServices(BundleContext context, Path repository) {
        this.context = context;
        this.repository = repository;
    }

    /** Half a sentence that follows the name of the service. */
    String wouldProvide(String service) {
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getState() != Bundle.ACTIVE && provides(bundle, service)) {
                return ", which the bundle %s would provide: it is %s; start it with: bundle:start %s"
                        .formatted(
                                bundle.getSymbolicName(),
                                word(bundle.getState()),
                                bundle.getSymbolicName());
            }
        }
        String bundle = distribution().get(service);
        if (bundle != null && !installed(bundle)) {
            return ", which the bundle %s would provide: it is not installed; install it with: feature:install drover-%s"
                    .formatted(bundle, bundle.substring(PREFIX.length()));
        }
        String namesake = namesake(service);
        return installed(namesake)
                ? ", which the bundle " + namesake + " has not registered"
                : ", which no bundle of this distribution provides";
    }

    /** By the rule that one word names a bundle and its package of the contracts. */
    private static String namesake(String service) {
        String[] parts = service.split("\\.");
        return parts.length > 3 ? PREFIX + parts[3] : "";
    }

    private boolean installed(String symbolicName) {
        for (Bundle bundle : context.getBundles()) {
            if (symbolicName.equals(bundle.getSymbolicName())) {
                return true;
            }
        }
        return false;
    }

    private static boolean provides(Bundle bundle, String service) {
        return services(bundle.getHeaders().get("Provide-Capability")).contains(service);
    }

    private static List<String> services(String capabilities) {
        if (capabilities == null) {
            return List.of();
        }
        Stream<String> several =
                CAPABILITY
                        .matcher(capabilities)
                        .results()
                        .flatMap(m -> Stream.of(m.group(1).split(",")));
        Stream<String> single = ONE_CLASS.matcher(capabilities).results().map(m -> m.group(1));
        return Stream.concat(several, single).toList();
    }

    /** Read once, when it is first needed: most starts lack nothing for long. */
    private synchronized Map<String, String> distribution() {
        if (ofDistribution == null) {
            ofDistribution = new HashMap<>();
            Path own = repository.resolve("io").resolve("drover");
            if (Files.isDirectory(own)) {
                try (Stream<Path> files = Files.walk(own)) {
                    files.filter(file -> file.toString().endsWith(".jar")).forEach(this::read);
                } catch (IOException e) {
                    // What cannot be read provides nothing that could be said.
                    return ofDistribution;
                }
            }
        }
        return ofDistribution;
    }

    private void read(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            if (manifest == null) {
                return;
            }
            String name = manifest.getMainAttributes().getValue("Bundle-SymbolicName");
            String capabilities = manifest.getMainAttributes().getValue("Provide-Capability");
            if (name != null && name.startsWith(PREFIX)) {
                services(capabilities).forEach(service -> ofDistribution.put(service, name));
            }
        } catch (IOException e) {
            // As above.
            return;
        }
    }

    static String word(int state) {
        return switch (state) {
            case Bundle.INSTALLED -> "installed but not resolved";
            case Bundle.RESOLVED -> "resolved but not started";
            case Bundle.STARTING -> "starting";
            case Bundle.STOPPING -> "stopping";
            default -> "in the state " + state;
        };
    }
}
