package io.drover.core.internal;

import io.drover.api.agent.Agent;
import io.drover.api.config.ReloadListener;
import io.drover.api.kernel.UnixDatagrams;
import io.drover.core.internal.systemd.ServiceManager;
import io.drover.core.internal.systemd.StatusLine;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wires {@link ServiceManager} to OSGi and to the agent, on core's thread: one that hangs gives no
 * sign of life. Does nothing at all where no service manager started the process.
 */
final class ServiceNotices implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceNotices.class);

    private final Agent agent;
    private final Optional<ServiceManager> manager;
    private final Optional<Follower<UnixDatagrams>> datagrams;
    private final Optional<ServiceRegistration<ReloadListener>> reloads;

    ServiceNotices(
            BundleContext context, Agent agent, Duration period, ScheduledExecutorService thread) {
        this.agent = agent;
        manager =
                ServiceManager.of(System.getenv(), ProcessHandle.current().pid(), System::nanoTime);
        datagrams = manager.map(its -> follower(context, its));
        reloads = manager.map(its -> context.registerService(ReloadListener.class, its, null));
        if (manager.isPresent()) {
            thread.execute(datagrams.get()::open);
            long beat = manager.get().beat().map(Duration::toMillis).orElse(Long.MAX_VALUE);
            thread.scheduleWithFixedDelay(
                    this::look,
                    0,
                    Math.max(1, Math.min(period.toMillis(), beat)),
                    TimeUnit.MILLISECONDS);
        }
    }

    private static Follower<UnixDatagrams> follower(BundleContext context, ServiceManager its) {
        return new Follower<>(
                context,
                CoreComponent.filter(context, UnixDatagrams.class, ""),
                its::use,
                its::lose);
    }

    /** The outermost frame of a task that would never run again if it threw. */
    private void look() {
        try {
            manager.get().look(agent.started(), agent.live(), StatusLine.of(agent));
        } catch (RuntimeException e) {
            LOG.error("the service manager was not told how the agent is", e);
        }
    }

    /** The stop begins and may take so long. */
    void stopping(Duration within) {
        manager.ifPresent(its -> its.stopping(within));
    }

    @Override
    public void close() {
        reloads.ifPresent(ServiceRegistration::unregister);
        datagrams.ifPresent(Follower::close);
    }
}
