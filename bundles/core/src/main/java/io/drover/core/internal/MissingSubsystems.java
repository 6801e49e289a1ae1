package io.drover.core.internal;

import io.drover.api.status.Subsystem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/**
 * Says, for each installed bundle of Drover that should publish a {@link Subsystem} and does not,
 * why: its bundle is not started, its configuration has not come, or a service is missing. Asks the
 * framework and Declarative Services; any thread.
 */
final class MissingSubsystems {

    private static final String PREFIX = "io.drover.";

    private final BundleContext context;
    private final ServiceComponentRuntime components;

    MissingSubsystems(BundleContext context, ServiceComponentRuntime components) {
        this.context = context;
        this.components = components;
    }

    /**
     * The sentence for each missing subsystem, by its name.
     *
     * @param present the names of those that are there
     */
    Map<String, String> explain(Collection<String> present) {
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

    private static String wordOf(Bundle bundle) {
        String symbolicName = bundle.getSymbolicName();
        boolean ours =
                symbolicName != null
                        && symbolicName.startsWith(PREFIX)
                        && bundle.getHeaders().get("Service-Component") != null;
        return ours ? symbolicName.substring(PREFIX.length()) : null;
    }

    /** Null for a bundle that publishes no subsystem by design. */
    private String reasonOf(Bundle bundle) {
        if (bundle.getState() != Bundle.ACTIVE) {
            return "its bundle is "
                    + stateName(bundle.getState())
                    + "; look at it with: bundle:diag "
                    + bundle.getBundleId();
        }
        List<ComponentDescriptionDTO> publishers = new ArrayList<>();
        for (ComponentDescriptionDTO description : components.getComponentDescriptionDTOs(bundle)) {
            if (Arrays.asList(description.serviceInterfaces).contains(Subsystem.class.getName())) {
                publishers.add(description);
            }
        }
        for (ComponentDescriptionDTO publisher : publishers) {
            return reasonOf(publisher);
        }
        return null;
    }

    private String reasonOf(ComponentDescriptionDTO description) {
        Collection<ComponentConfigurationDTO> configurations =
                components.getComponentConfigurationDTOs(description);
        if (configurations.isEmpty()) {
            return "waits for its configuration " + String.join(", ", description.configurationPid);
        }
        ComponentConfigurationDTO configuration = configurations.iterator().next();
        return switch (configuration.state) {
            case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION ->
                    "waits for its configuration "
                            + String.join(", ", description.configurationPid);
            case ComponentConfigurationDTO.UNSATISFIED_REFERENCE ->
                    waitsFor(description, configuration);
            case ComponentConfigurationDTO.FAILED_ACTIVATION ->
                    "its component failed: " + firstLine(configuration.failure);
            default -> "is being started";
        };
    }

    private String waitsFor(
            ComponentDescriptionDTO description, ComponentConfigurationDTO configuration) {
        List<String> services = new ArrayList<>();
        for (UnsatisfiedReferenceDTO unsatisfied : configuration.unsatisfiedReferences) {
            for (ReferenceDTO reference : description.references) {
                if (reference.name.equals(unsatisfied.name)) {
                    services.add(reference.interfaceName + provider(reference.interfaceName));
                }
            }
        }
        return "waits for the service " + String.join(" and ", services);
    }

    private String provider(String service) {
        for (ComponentDescriptionDTO description : components.getComponentDescriptionDTOs()) {
            if (Arrays.asList(description.serviceInterfaces).contains(service)) {
                return " of the bundle " + description.bundle.symbolicName;
            }
        }
        return ", which no started bundle provides";
    }

    private static String firstLine(String failure) {
        if (failure == null) {
            return "without a message";
        }
        int end = failure.indexOf('\n');
        return (end < 0 ? failure : failure.substring(0, end)).strip();
    }

    private static String stateName(int state) {
        return switch (state) {
            case Bundle.INSTALLED -> "installed but not resolved";
            case Bundle.RESOLVED -> "resolved but not started";
            case Bundle.STARTING -> "starting";
            case Bundle.STOPPING -> "stopping";
            default -> "in the state " + state;
        };
    }
}
