package io.drover.http.internal.serve;

import io.drover.api.http.Endpoint;
import io.drover.http.internal.listen.Binding;
import io.drover.http.internal.route.Gate;
import jakarta.servlet.Servlet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.servlet.context.ServletContextHelper;
import org.osgi.service.servlet.whiteboard.HttpWhiteboardConstants;

/**
 * The contexts of all listeners, on OSGi's whiteboard. Pax Web has one context for each path,
 * whatever the listener, so that each path is used once; {@code /} by nobody.
 */
public final class Mounts implements AutoCloseable {

    private static final Map<Endpoint, List<String>> PATHS =
            Map.of(
                    Endpoint.API, List.of("/api"),
                    Endpoint.METRICS, List.of("/metrics"),
                    Endpoint.HEALTH, List.of("/live", "/ready", "/startup"));

    /** Pax Web's own property: the names of the connectors that a context is reachable on. */
    private static final String CONNECTORS = "org.ops4j.pax.web.http.whiteboard.connectors";

    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

    public Mounts(BundleContext bundle, Gate gate, Meter meter, IntSupplier maxBodyBytes) {
        PATHS.forEach(
                (endpoint, paths) -> {
                    for (String path : paths) {
                        mount(
                                bundle,
                                path,
                                Binding.word(endpoint),
                                new EndpointContext(endpoint, gate, meter, maxBodyBytes));
                    }
                });
    }

    private void mount(
            BundleContext bundle, String path, String connector, EndpointContext context) {
        String name = "drover" + path.replace('/', '-');
        registrations.add(
                bundle.registerService(
                        ServletContextHelper.class,
                        context,
                        FrameworkUtil.asDictionary(
                                Map.of(
                                        HttpWhiteboardConstants.HTTP_WHITEBOARD_CONTEXT_NAME,
                                        name,
                                        HttpWhiteboardConstants.HTTP_WHITEBOARD_CONTEXT_PATH,
                                        path,
                                        CONNECTORS,
                                        new String[] {connector},
                                        // Should another bundle take the same path: the highest
                                        // one's connectors hold for both.
                                        Constants.SERVICE_RANKING,
                                        Integer.MAX_VALUE))));
        registrations.add(
                bundle.registerService(
                        Servlet.class,
                        new EndpointServlet(),
                        FrameworkUtil.asDictionary(
                                Map.of(
                                        HttpWhiteboardConstants.HTTP_WHITEBOARD_CONTEXT_SELECT,
                                        "(osgi.http.whiteboard.context.name=" + name + ")",
                                        HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_PATTERN,
                                        new String[] {"/*"},
                                        HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_NAME,
                                        name))));
    }

    /** Whether {@code server} serves every path of {@code endpoint} by now. */
    public static boolean mounted(Server server, Endpoint endpoint) {
        List<String> started =
                server.getDescendants(ContextHandler.class).stream()
                        .filter(ContextHandler::isStarted)
                        .map(ContextHandler::getContextPath)
                        .toList();
        return started.containsAll(PATHS.get(endpoint));
    }

    @Override
    public void close() {
        for (int i = registrations.size() - 1; i >= 0; i--) {
            registrations.get(i).unregister();
        }
        registrations.clear();
    }
}
