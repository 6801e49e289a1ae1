package io.drover.core.internal.startup;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.dto.BundleDTO;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** Bundles and components that a test puts together, as far as this bundle asks. */
public final class ScriptedFramework {

    private final List<Bundle> bundles = new ArrayList<>();
    private final Map<Long, String> capabilities = new HashMap<>();
    private final List<ComponentDescriptionDTO> descriptions = new ArrayList<>();
    private final Map<ComponentDescriptionDTO, ComponentConfigurationDTO> configurations =
            new HashMap<>();

    public void bundle(String symbolicName, int state, boolean components) {
        bundle(symbolicName, state, components, () -> {});
    }

    /**
     * Installs a bundle.
     *
     * @param stop what its stop does
     */
    public void bundle(String symbolicName, int state, boolean components, Runnable stop) {
        long id = bundles.size();
        bundles.add(
                proxy(
                        Bundle.class,
                        new Answers(symbolicName, id, state, components, stop, capabilities)));
    }

    /** The last bundle says that it provides this. */
    public void capability(String clause) {
        capabilities.put((long) bundles.size() - 1, clause);
    }

    public ComponentDescriptionDTO component(String symbolicName, String... services) {
        ComponentDescriptionDTO description = new ComponentDescriptionDTO();
        description.bundle = new BundleDTO();
        description.bundle.symbolicName = symbolicName;
        description.serviceInterfaces = services;
        description.configurationPid = new String[] {symbolicName};
        descriptions.add(description);
        return description;
    }

    public ComponentConfigurationDTO configure(ComponentDescriptionDTO description, int state) {
        ComponentConfigurationDTO configuration = new ComponentConfigurationDTO();
        configuration.description = description;
        configuration.state = state;
        configurations.put(description, configuration);
        return configuration;
    }

    public BundleContext context() {
        return proxy(BundleContext.class, this);
    }

    public ServiceComponentRuntime components() {
        return proxy(ServiceComponentRuntime.class, this);
    }

    public Bundle[] getBundles() {
        return bundles.toArray(Bundle[]::new);
    }

    public Collection<ComponentDescriptionDTO> getComponentDescriptionDTOs(Bundle... of) {
        return descriptions.stream()
                .filter(
                        description ->
                                of.length == 0
                                        || Arrays.stream(of)
                                                .map(Bundle::getSymbolicName)
                                                .anyMatch(description.bundle.symbolicName::equals))
                .toList();
    }

    public Collection<ComponentConfigurationDTO> getComponentConfigurationDTOs(
            ComponentDescriptionDTO description) {
        ComponentConfigurationDTO configuration = configurations.get(description);
        return configuration == null ? List.of() : List.of(configuration);
    }

    /** The few answers of a bundle. */
    record Answers(
            String symbolicName,
            long id,
            int state,
            boolean components,
            Runnable stop,
            Map<Long, String> capabilities) {
        public void stop(int options) {
            if (options != Bundle.STOP_TRANSIENT) {
                throw new IllegalArgumentException("it would stay stopped for good");
            }
            stop.run();
        }

        public String getSymbolicName() {
            return symbolicName;
        }

        public long getBundleId() {
            return id;
        }

        public int getState() {
            return state;
        }

        public Dictionary<String, String> getHeaders() {
            Map<String, String> headers = new HashMap<>();
            if (components) {
                headers.put("Service-Component", "a.xml");
            }
            if (capabilities.containsKey(id)) {
                headers.put("Provide-Capability", capabilities.get(id));
            }
            return FrameworkUtil.asDictionary(headers);
        }
    }

    /** Of these wide interfaces only what {@code answers} has by the same name can be called. */
    private static <T> T proxy(Class<T> type, Object answers) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> call(answers, method, arguments)));
    }

    private static Object call(Object answers, Method method, Object[] arguments)
            throws ReflectiveOperationException {
        try {
            return answers.getClass()
                    .getMethod(method.getName(), method.getParameterTypes())
                    .invoke(answers, arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(method.toString(), e.getCause());
        }
    }
}
