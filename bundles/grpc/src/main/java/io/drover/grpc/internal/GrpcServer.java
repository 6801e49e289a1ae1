package io.drover.grpc.internal;

import io.drover.api.http.SharedListener;
import io.drover.api.net.PortOwners;
import io.drover.api.security.Audit;
import io.drover.api.security.Certificates;
import io.drover.api.security.Guard;
import io.drover.api.security.TlsIdentity;
import io.drover.api.status.OnFailure;
import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.api.watch.Heartbeat;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server as a whole. It opens its ports once there is a certificate to show, and keeps them
 * whatever comes or goes afterwards: certificates, tokens, services. Any thread; what takes time is
 * done on a thread of its own.
 */
final class GrpcServer {

    private static final Logger log = LoggerFactory.getLogger(GrpcServer.class);

    /** Beyond the calls' own grace: what closing the ports and ending the threads may take. */
    private static final Duration END = Duration.ofMillis(290);

    private static final String FOR_LISTENER = "for the API listener of the bundle http";

    /** Its component may be on its way. */
    private static final Duration LISTENER_RETRY = Duration.ofMillis(50);

    private static final String FOR_GUARD = "for the guard of the bundle security";

    /** A service that goes ends its streams itself, with what its clients need to go on. */
    private static final Duration GRACE_OF_SERVICE = Duration.ofMillis(400);

    private final Settings settings;
    private final Clock clock;
    private final PortOwners owners;
    private final ServerTls tls;
    private final Audiences audiences = new Audiences();
    private final Authentication authentication = new Authentication(audiences);
    private final CallFigures figures = new CallFigures();
    private final Door door;
    private final OpenCalls calls;
    private final HealthStatusManager health = new HealthStatusManager();
    private final ServiceRegistry registry = new ServiceRegistry();

    /** It binds, and asks whose a port is that is taken. */
    private final Heartbeat heartbeat = Heartbeat.outside("drover-grpc");

    private final ScheduledExecutorService control = Threads.scheduler(heartbeat);

    private volatile Status listening;
    private volatile Status checking;
    private volatile boolean stopped;

    /** Written by the control thread alone. */
    private volatile Ports ports;

    /** What stands for the shared listener that is used; null for none. */
    private volatile Object place;

    private volatile Certificates source;
    private AutoCloseable subscription;

    /**
     * @param owners asked who holds a port that is taken
     */
    GrpcServer(Settings settings, Clock clock, PortOwners owners) {
        this.settings = settings;
        this.clock = clock;
        this.owners = owners;
        this.tls = new ServerTls(settings.tlsEngine());
        this.door = new Door(settings.connectionsMax(), figures);
        this.calls = new OpenCalls(settings, figures, control);
        this.listening =
                Status.waiting(
                        settings.shared()
                                ? FOR_LISTENER
                                : "for a certificate from the bundle security",
                        clock.instant());
        this.checking = Status.waiting(FOR_GUARD, clock.instant());
        showHealth();
    }

    /** Shows what {@code certificates} gives, now and later; opens the ports at the first time. */
    synchronized void useCertificates(Certificates certificates) {
        forgetCertificates(source);
        source = certificates;
        subscription = certificates.onChange(identity -> control.execute(this::show));
        control.execute(this::show);
    }

    /** The newest identity stays; {@code certificates} will give no other. */
    synchronized void forgetCertificates(Certificates certificates) {
        if (source == null || source != certificates) {
            return;
        }
        try {
            subscription.close();
        } catch (Exception e) {
            log.debug("a source of certificates went with an error", e);
        }
        source = null;
        subscription = null;
    }

    /**
     * Serves on a shared listener, if the port is the shared one.
     *
     * @param key stands for it
     * @param listener asked on the thread of this server; null while it is not ready
     */
    void share(Object key, Supplier<SharedListener> listener) {
        if (settings.shared()) {
            place = key;
            control.execute(() -> enter(key, listener));
        }
    }

    /** Serves no more on the shared listener for which {@code key} stands. */
    void unshare(Object key) {
        if (place == key) {
            place = null;
            control.execute(
                    () -> {
                        if (place == null && ports instanceof SharedPort shared) {
                            shared.leave();
                        }
                    });
        }
    }

    private void enter(Object key, Supplier<SharedListener> listener) {
        if (stopped || place != key) {
            return;
        }
        SharedListener found = listener.get();
        if (found == null) {
            control.schedule(
                    () -> enter(key, listener), LISTENER_RETRY.toMillis(), TimeUnit.MILLISECONDS);
            return;
        }
        try {
            SharedPort shared =
                    ports instanceof SharedPort known ? known : new SharedPort(recipe());
            shared.use(found);
            ports = shared;
        } catch (RuntimeException | LinkageError e) {
            notMade(e);
        }
    }

    /** Asks {@code guard} who callers are and what they may do. */
    synchronized void useGuard(Guard guard) {
        authentication.useGuard(guard);
        checking = checking.toActive(clock.instant());
    }

    /** Calls that need a token are refused until somebody else can judge. */
    synchronized void forgetGuard(Guard guard) {
        // A successor may have come before its predecessor went.
        if (authentication.forgetGuard(guard)) {
            checking = checking.toWaiting(FOR_GUARD, clock.instant());
        }
    }

    /** Writes what admins do to {@code audit}. */
    void useAudit(Audit audit) {
        authentication.useAudit(audit);
    }

    /** Writes it there no more. */
    void forgetAudit(Audit audit) {
        authentication.forgetAudit(audit);
    }

    /**
     * Serves {@code service} from the next call on.
     *
     * @param declared what the one who publishes it declares, see {@link Audiences#PROPERTY}
     */
    void add(ServerServiceDefinition service, String... declared) {
        if (declared.length > 0) {
            try {
                audiences.declare(service.getServiceDescriptor().getName(), declared);
            } catch (IllegalArgumentException e) {
                log.warn("all calls of a service will be refused: reason={}", e.getMessage());
            }
        }
        registry.add(service);
        showHealth();
    }

    /** Serves {@code service} no more; streams that it does not end itself are ended soon. */
    void remove(ServerServiceDefinition service) {
        registry.remove(service);
        showHealth();
        calls.endOf(service, GRACE_OF_SERVICE);
    }

    /** Its steps. */
    List<Step> steps() {
        return List.of(
                Step.fatal(
                        "listener-grpc",
                        "gRPC listener",
                        OnFailure.EXIT_UNAVAILABLE,
                        settings.shared() ? shared() : listening),
                Step.needed("authentication-grpc", "check of gRPC tokens", checking));
    }

    /** The listener is another bundle's, which opens and closes it when it likes. */
    private synchronized Status shared() {
        List<InetSocketAddress> now = addresses();
        if (listening.state() == State.WAITING && !now.isEmpty()) {
            listening = listening.toActive(clock.instant());
            log.info("listening, shared with the API: addresses={}", now);
        } else if (listening.state() == State.ACTIVE && now.isEmpty()) {
            listening = listening.toWaiting(FOR_LISTENER, clock.instant());
        }
        return listening;
    }

    /** Facts for people. */
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        Ports now = ports;
        facts.put("transport", now == null ? "" : now.transport());
        if (!settings.shared()) {
            facts.put("tls_engine", tls.engine());
            facts.put("connections", figures.connections());
        }
        facts.put("calls_open", calls.size());
        facts.put("services", String.join(" ", registry.present()));
        facts.put("services_absent", String.join(" ", registry.absent()));
        return facts;
    }

    /** Where it listens now; empty while it does not. */
    List<InetSocketAddress> addresses() {
        Ports now = ports;
        return now == null || stopped ? List.of() : now.addresses();
    }

    /** The sign of life of its own thread. */
    Heartbeat heartbeat() {
        return heartbeat;
    }

    /** What it counts. */
    CallFigures figures() {
        return figures;
    }

    /** Closes the ports and ends every thread, within half a second. Idempotent. */
    void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        synchronized (this) {
            forgetCertificates(source);
        }
        health.enterTerminalState();
        Future<?> closed = control.submit(this::close);
        control.shutdown();
        try {
            closed.get(settings.shutdownDeadline().plus(END).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            log.warn("the server still closes, on its own thread");
        } catch (ExecutionException e) {
            log.warn("the server did not close cleanly", e.getCause());
        }
    }

    /** Reads the identity itself, so that of two changes the later one always wins. */
    private void show() {
        Certificates certificates = source;
        if (certificates == null || stopped || settings.shared()) {
            return;
        }
        try {
            TlsIdentity identity = certificates.current();
            tls.show(identity);
            log.info("certificate in use from the next handshake on: identity={}", identity);
        } catch (NotListeningException e) {
            if (ports == null) {
                failed(e.getMessage(), e.remedy());
            } else {
                log.warn("the certificate cannot be used, the former one stays in use", e);
            }
            return;
        } catch (RuntimeException e) {
            log.warn("the certificate cannot be read, the former one stays in use", e);
            return;
        }
        if (ports == null) {
            open();
        }
    }

    private void open() {
        listening = listening.toStarting(clock.instant());
        try {
            Binding binding = new Binding(settings.bind(), settings.port().orElseThrow(), owners);
            ports = Listeners.open(binding, tls, recipe());
            opened();
        } catch (NotListeningException e) {
            failed(e.getMessage(), e.remedy());
            log.debug("not listening", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | LinkageError e) {
            notMade(e);
        }
    }

    private ServerRecipe recipe() {
        return new ServerRecipe(
                settings,
                door,
                authentication,
                calls,
                figures,
                health.getHealthService(),
                registry);
    }

    private void opened() {
        listening = listening.toActive(clock.instant());
        log.info(
                "listening: addresses={} tls={} transport={}",
                ports.addresses(),
                tls.engine(),
                ports.transport());
    }

    /** Would end on a thread that nobody looks at. */
    private void notMade(Throwable why) {
        failed("the server cannot be made: " + why, "");
        log.error("the server cannot be made", why);
    }

    private void failed(String reason, String remedy) {
        listening = listening.toFailed(reason, remedy, clock.instant());
        log.error("not listening: reason={}", reason);
    }

    private void close() {
        Ports closing = ports;
        ports = null;
        if (closing == null) {
            return;
        }
        try {
            closing.close(settings.shutdownDeadline());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tls.release();
    }

    private void showHealth() {
        registry.present().forEach(name -> health.setStatus(name, ServingStatus.SERVING));
        registry.absent().forEach(name -> health.setStatus(name, ServingStatus.NOT_SERVING));
    }
}
