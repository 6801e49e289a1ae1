package io.drover.security.internal;

import io.drover.api.agent.Home;
import io.drover.api.diagnosis.Suite;
import io.drover.api.http.Routes;
import io.drover.api.kubernetes.Reviews;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.api.security.Audit;
import io.drover.api.security.Certificates;
import io.drover.api.security.ClusterCredentials;
import io.drover.api.security.Guard;
import io.drover.api.security.TokenStore;
import io.drover.api.security.Tokens;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import io.drover.api.watch.Heartbeat;
import io.drover.api.watch.Watched;
import io.drover.security.internal.audit.AuditLog;
import java.io.IOException;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wires {@link Security} to OSGi. {@link Guard}, {@link Certificates} and the others become
 * services when they are there, and never otherwise: what needs them stays shut.
 */
@Component(
        service = {Subsystem.class, MetricSource.class, Watched.class},
        configurationPid = "io.drover.security",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = SecurityConfig.class)
public final class SecurityComponent implements Subsystem, MetricSource, Watched {

    private static final Logger LOG = LoggerFactory.getLogger(SecurityComponent.class);
    private static final AuditLog.Limits AUDIT_BEFORE_SETTINGS =
            new AuditLog.Limits(8L * 1024 * 1024, 5);
    private static final long RENEWAL_SECONDS = 60;
    private static final long STOP_MILLIS = 400;

    private final Heartbeat heartbeat = Heartbeat.outside("drover-security");
    private final BundleContext context;
    private final AuditLog audit;
    private final Security security;
    private final SecuritySeries series;
    private final ScheduledThreadPoolExecutor thread;
    private final Map<Class<?>, ServiceRegistration<?>> registrations = new ConcurrentHashMap<>();
    private volatile Duration watchInterval = Duration.ofSeconds(1);

    @Activate
    public SecurityComponent(BundleContext context, SecurityConfig config) {
        this.context = context;
        this.thread = new ScheduledThreadPoolExecutor(1, SecurityComponent::thread);
        Home home = Home.ofProcess();
        Clock clock = Clock.systemUTC();
        this.audit = new AuditLog(home.log(), AUDIT_BEFORE_SETTINGS, clock, thread);
        this.security = new Security(home.secrets(), audit, clock);
        this.series = new SecuritySeries(security);
        thread.execute(guarded(() -> apply(config)));
        thread.scheduleWithFixedDelay(
                guarded(security::renew), RENEWAL_SECONDS, RENEWAL_SECONDS, TimeUnit.SECONDS);
        lookLater();
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
        try {
            audit.close();
        } catch (IOException e) {
            LOG.warn("audit not closed", e);
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "forget")
    void use(Reviews reviews) {
        security.use(reviews);
    }

    void forget(Reviews reviews) {
        security.forget(reviews);
    }

    @Override
    public List<Heartbeat> heartbeats() {
        return List.of(heartbeat);
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
        watchInterval = settings.watchInterval();
        security.apply(settings);
        publish(Audit.class, Optional.of(audit));
        publish(Guard.class, security.guard());
        publish(Tokens.class, security.guard());
        publish(TokenStore.class, security.tokens());
        publish(Certificates.class, security.certificates().map(keeper -> keeper.shown()));
        publish(ClusterCredentials.class, security.clusterCredentials());
        publish(Routes.class, security.routes());
        publish(Suite.class, Optional.of(new CertificatesSuite(security, Clock.systemUTC())));
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
        // In the order in which others lose least: who listens first, who records last.
        for (Class<?> type :
                List.of(
                        Routes.class,
                        Suite.class,
                        ClusterCredentials.class,
                        Certificates.class,
                        TokenStore.class,
                        Tokens.class,
                        Guard.class,
                        Audit.class)) {
            ServiceRegistration<?> registration = registrations.remove(type);
            if (registration != null) {
                registration.unregister();
            }
        }
    }

    /** The interval may be another one by then. */
    private void lookLater() {
        try {
            thread.schedule(this::lookAndGoOn, watchInterval.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // It is being stopped.
        }
    }

    private void lookAndGoOn() {
        guarded(security::look).run();
        lookLater();
    }

    /**
     * A task that throws would never run again; its fault shows in the log and the rest goes on.
     */
    private Runnable guarded(Runnable task) {
        return heartbeat.around(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        LOG.error("unexpected", e);
                    }
                });
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
