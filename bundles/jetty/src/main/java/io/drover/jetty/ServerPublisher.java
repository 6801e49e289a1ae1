package io.drover.jetty;

import java.util.List;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.component.Container;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes Pax Web's Jetty server as an OSGi service while it runs, takes away the ports that Pax
 * Web would open by itself, whatever its configuration says, and makes its handler a sequence to
 * which another can be added in front. Named in {@code jetty.xml}; called on Pax Web's own thread.
 */
public final class ServerPublisher implements LifeCycle.Listener {

    private static final Logger log = LoggerFactory.getLogger(ServerPublisher.class);

    private final Server server;
    private ServiceRegistration<Server> registration;

    public ServerPublisher(Server server) {
        this.server = server;
        // Else the ports are bound before anybody is asked.
        server.setOpenEarly(false);
        server.setErrorHandler(new ProblemErrors());
        if (server.getThreadPool() instanceof QueuedThreadPool pool) {
            pool.setName("drover-http");
        }
        server.addEventListener(new SlashlessPaths());
        server.addEventListener(this);
    }

    @Override
    public void lifeCycleStarting(LifeCycle event) {
        for (Connector connector : server.getConnectors()) {
            log.debug("not opened, Drover brings its own: connector={}", connector);
            server.removeConnector(connector);
        }
        // Before Pax Web's own there is a place for one that answers without a servlet.
        Handler own = server.getHandler();
        server.setHandler(new Handler.Sequence(true, own == null ? List.of() : List.of(own)));
    }

    @Override
    public void lifeCycleStarted(LifeCycle event) {
        Bundle host = FrameworkUtil.getBundle(ServerPublisher.class);
        if (host != null) {
            registration = host.getBundleContext().registerService(Server.class, server, null);
        }
    }

    @Override
    public void lifeCycleStopping(LifeCycle event) {
        if (registration == null) {
            return;
        }
        try {
            registration.unregister();
        } catch (IllegalStateException e) {
            log.debug("the framework was faster: {}", e.getMessage());
        }
        registration = null;
    }

    /**
     * Lets {@code /metrics} be itself; Pax Web would answer with a redirect to {@code /metrics/}.
     */
    private static final class SlashlessPaths implements Container.InheritedListener {

        @Override
        public void beanAdded(Container parent, Object child) {
            if (child instanceof ContextHandler context) {
                context.setAllowNullPathInContext(true);
            }
        }

        @Override
        public void beanRemoved(Container parent, Object child) {}
    }
}
