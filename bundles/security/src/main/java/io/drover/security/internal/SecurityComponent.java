package io.drover.security.internal;

import io.drover.api.agent.Home;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.api.security.Certificates;
import io.drover.api.security.Tokens;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wires {@link Security} to OSGi. {@link Tokens} and {@link Certificates} become services when they
 * are there, and never otherwise: what needs them stays shut.
 */
@Component(
        service = {Subsystem.class, MetricSource.class},
        configurationPid = "io.drover.security",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = SecurityConfig.class)
public final class SecurityComponent implements Subsystem, MetricSource {

    private static final Logger LOG = LoggerFactory.getLogger(SecurityComponent.class);
    private static final long RENEWAL_SECONDS = 60;
    private static final long STOP_MILLIS = 400;

    private final BundleContext context;
    private final Security security;
    private final SecuritySeries series;
    private final ScheduledThreadPoolExecutor thread;
    private final Map<Class<?>, ServiceRegistration<?>> registrations = new ConcurrentHashMap<>();

    @Activate
    public SecurityComponent(BundleContext context, SecurityConfig config) {
        this.context = context;
        this.security = new Security(Home.ofProcess().secrets(), Clock.systemUTC());
        this.series = new SecuritySeries(security);
        this.thread = new ScheduledThreadPoolExecutor(1, SecurityComponent::thread);
        thread.execute(guarded(() -> apply(config)));
        thread.scheduleWithFixedDelay(
                guarded(security::renew), RENEWAL_SECONDS, RENEWAL_SECONDS, TimeUnit.SECONDS);
    }

    @Modified
    void modified(SecurityConfig config) {
        thread.execute(guarded(() -> apply(config)));
    }

    @Deactivate
    void stop() throws InterruptedException {
        thread.shutdownNow();
        withdraw();
        if (!thread.awaitTermination(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
            LOG.warn("thread still busy: millis={}", STOP_MILLIS);
        }
    }

    @Override
    public String name() {
        return security.name();
    }

    @Override
    public List<Step> steps() {
        return security.steps();
    }

    @Override
    public Map<String, Object> facts() {
        return security.facts();
    }

    @Override
    public List<Family> families() {
        return series.families();
    }

    @Override
    public void collect(Samples out) {
        series.collect(out);
    }

    private void apply(SecurityConfig config) {
        Settings settings;
        try {
            settings = Settings.from(config);
        } catch (IllegalArgumentException e) {
            security.refuse(e.getMessage());
            return;
        }
        security.apply(settings);
        publish(Tokens.class, security.tokens());
        publish(Certificates.class, security.certificates());
    }

    private <T> void publish(Class<T> type, Optional<? extends T> service) {
        if (service.isEmpty() || registrations.containsKey(type)) {
            return;
        }
        // Without a lock: this starts whatever has waited for it, on this thread.
        ServiceRegistration<?> registration = context.registerService(type, service.get(), null);
        registrations.put(type, registration);
        if (thread.isShutdown()) {
            withdraw();
        }
    }

    private void withdraw() {
        for (Class<?> type : List.of(Certificates.class, Tokens.class)) {
            ServiceRegistration<?> registration = registrations.remove(type);
            if (registration != null) {
                registration.unregister();
            }
        }
    }

    /**
     * A task that throws would never run again; its fault shows in the log and the rest goes on.
     */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("unexpected", e);
            }
        };
    }

    /**
     * Privileged, or the thread would keep the protection domains, and with them the class loaders,
     * of all bundles that happen to be on the stack now.
     */
    @SuppressWarnings("removal")
    private static Thread thread(Runnable task) {
        return AccessController.doPrivileged(
                (PrivilegedAction<Thread>)
                        () -> {
                            Thread thread = new Thread(null, task, "drover-security", 0, false);
                            thread.setDaemon(true);
                            thread.setContextClassLoader(SecurityComponent.class.getClassLoader());
                            return thread;
                        });
    }
}
