package io.drover.core.internal.startup;

import io.drover.api.status.Subsystem;
import io.drover.core.internal.startup.Start.Needs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.SatisfiedReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/**
 * Says of each component of Drover that cannot start what it lacks, in one sentence: its bundle is
 * not started, its configuration has not come, or a service is missing, and then who would provide
 * it and why that one does not. Asks the framework and Declarative Services; any thread.
 */
public final class WaitingComponents {

    private static final String PREFIX = "io.drover.";

    /** A service lacks a service lacks a service: beyond that a sentence is none. */
    private static final int DEPTH_MAX = 3;

    private final BundleContext context;
    private final ServiceComponentRuntime components;
    private final ProvidedServices provided;

    /**
     * @param repository the folder {@code system} of the distribution; may be missing
     */
    public WaitingComponents(
            BundleContext context, ServiceComponentRuntime components, Path repository) {
        this.context = context;
        this.components = components;
        this.provided = new ProvidedServices(context, repository);
    }

    /**
     * The sentence for each missing subsystem, by its name.
     *
     * @param present the names of those that are there
     */
    public Map<String, String> missing(Collection<String> present) {
        Map<String, String> missing = new LinkedHashMap<>();
        for (Bundle bundle : context.getBundles()) {
            String name = wordOf(bundle);
            if (name == null || present.contains(name)) {
                continue;
            }
            String reason = reasonOf(bundle);
            if (reason != null) {
                missing.put(name, reason);
            }
        }
        return missing;
    }

    /**
     * Components beside the one that publishes the subsystem which lack a service or have failed:
     * by the subsystem's name, the sentence for each component's simple name.
     */
    public Map<String, Map<String, String>> beside() {
        Map<String, Map<String, String>> beside = new HashMap<>();
        for (ComponentDescriptionDTO description : components.getComponentDescriptionDTOs()) {
            String bundle = description.bundle.symbolicName;
            if (!bundle.startsWith(PREFIX) || publishesSubsystem(description)) {
                continue;
            }
            for (ComponentConfigurationDTO each :
                    components.getComponentConfigurationDTOs(description)) {
                if (each.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE
                        || each.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
                    beside.computeIfAbsent(
                                    bundle.substring(PREFIX.length()), key -> new LinkedHashMap<>())
                            .put(
                                    simpleName(description),
                                    reasonOf(description, DEPTH_MAX, new HashSet<>()));
                }
            }
        }
        return beside;
    }

    /**
     * What the start of each subsystem stood on: those whose services its component was given, and
     * the one that has its configuration. Whiteboards, of which there may be none, are left out.
     */
    public Map<String, Needs> needs() {
        Map<Long, String> words = new HashMap<>();
        for (Bundle bundle : context.getBundles()) {
            String word = wordOf(bundle);
            if (word != null) {
                words.put(bundle.getBundleId(), word);
            }
        }
        Map<String, Needs> needs = new HashMap<>();
        for (ComponentDescriptionDTO description : components.getComponentDescriptionDTOs()) {
            String word = words.get(description.bundle.id);
            if (word != null && publishesSubsystem(description)) {
                Needs own =
                        needs.computeIfAbsent(
                                word, key -> new Needs(new HashSet<>(), new HashSet<>()));
                if (!"ignore".equals(description.configurationPolicy)) {
                    own.must().add("config");
                }
                components
                        .getComponentConfigurationDTOs(description)
                        .forEach(each -> addGiven(own, description, each, words));
            }
        }
        return needs;
    }

    private static void addGiven(
            Needs own,
            ComponentDescriptionDTO description,
            ComponentConfigurationDTO configuration,
            Map<Long, String> words) {
        Map<String, String> cardinality = new HashMap<>();
        for (ReferenceDTO reference : description.references) {
            cardinality.put(reference.name, reference.cardinality);
        }
        for (SatisfiedReferenceDTO satisfied : configuration.satisfiedReferences) {
            Set<String> to =
                    switch (cardinality.getOrDefault(satisfied.name, "")) {
                        case "1..1" -> own.must();
                        case "0..1" -> own.may();
                        default -> null;
                    };
            if (to != null) {
                Arrays.stream(satisfied.boundServices)
                        .map(service -> words.get(service.bundle))
                        .filter(Objects::nonNull)
                        .forEach(to::add);
            }
        }
    }

    private static String wordOf(Bundle bundle) {
        String symbolicName = bundle.getSymbolicName();
        boolean ours =
                symbolicName != null
                        && symbolicName.startsWith(PREFIX)
                        && bundle.getHeaders().get("Service-Component") != null;
        return ours ? symbolicName.substring(PREFIX.length()) : null;
    }

    private static boolean publishesSubsystem(ComponentDescriptionDTO description) {
        return Arrays.asList(description.serviceInterfaces).contains(Subsystem.class.getName());
    }

    /** Null for a bundle that publishes no subsystem by design. */
    private String reasonOf(Bundle bundle) {
        if (bundle.getState() != Bundle.ACTIVE) {
            return "its bundle is "
                    + ProvidedServices.word(bundle.getState())
                    + "; look at it with: bundle:diag "
                    + bundle.getBundleId();
        }
        for (ComponentDescriptionDTO description : components.getComponentDescriptionDTOs(bundle)) {
            if (publishesSubsystem(description)) {
                return reasonOf(description, DEPTH_MAX, new HashSet<>());
            }
        }
        return null;
    }

    private String reasonOf(ComponentDescriptionDTO description, int depth, Set<String> seen) {
        Collection<ComponentConfigurationDTO> configurations =
                components.getComponentConfigurationDTOs(description);
        if (configurations.isEmpty()) {
            return waitsForConfiguration(description);
        }
        ComponentConfigurationDTO configuration = configurations.iterator().next();
        return switch (configuration.state) {
            case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION ->
                    waitsForConfiguration(description);
            case ComponentConfigurationDTO.UNSATISFIED_REFERENCE ->
                    waitsForServices(description, configuration, depth, seen);
            case ComponentConfigurationDTO.FAILED_ACTIVATION ->
                    "its component failed: " + firstLine(configuration.failure);
            default -> "is being started";
        };
    }

    private static String waitsForConfiguration(ComponentDescriptionDTO description) {
        return "waits for its configuration " + String.join(", ", description.configurationPid);
    }

    private String waitsForServices(
            ComponentDescriptionDTO description,
            ComponentConfigurationDTO configuration,
            int depth,
            Set<String> seen) {
        List<String> services = new ArrayList<>();
        for (UnsatisfiedReferenceDTO unsatisfied : configuration.unsatisfiedReferences) {
            for (ReferenceDTO reference : description.references) {
                if (reference.name.equals(unsatisfied.name)) {
                    services.add(
                            reference.interfaceName
                                    + provider(reference.interfaceName, depth, seen));
                }
            }
        }
        return "waits for the service " + String.join(" and ", services);
    }

    private String provider(String service, int depth, Set<String> seen) {
        for (ComponentDescriptionDTO description : components.getComponentDescriptionDTOs()) {
            if (Arrays.asList(description.serviceInterfaces).contains(service)) {
                String bundle = " of the bundle " + description.bundle.symbolicName;
                if (depth <= 1 || !seen.add(service)) {
                    return bundle;
                }
                return bundle + ", which itself " + reasonOf(description, depth - 1, seen);
            }
        }
        return provided.wouldProvide(service);
    }

    private static String simpleName(ComponentDescriptionDTO description) {
        String name = String.valueOf(description.name);
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String firstLine(String failure) {
        if (failure == null) {
            return "without a message";
        }
        int end = failure.indexOf('\n');
        return (end < 0 ? failure : failure.substring(0, end)).strip();
    }
}
