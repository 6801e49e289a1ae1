package io.drover.grpc.internal;

import io.drover.api.net.PortOwners;
import io.drover.api.security.Audit;
import io.drover.api.security.Certificates;
import io.drover.api.security.Guard;
import io.drover.api.security.TlsIdentity;
import io.drover.api.status.OnFailure;
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
    private volatile List<InetSocketAddress> addresses = List.of();
    private volatile String transport = "";
    private volatile boolean stopped;

    /** Touched by the control thread alone. */
    private Listeners listeners;

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
                Status.waiting("for a certificate from the bundle security", clock.instant());
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
                Step.fatal("listener-grpc", "gRPC listener", OnFailure.EXIT_UNAVAILABLE, listening),
                Step.needed("authentication-grpc", "check of gRPC tokens", checking));
    }

    /** Facts for people. */
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("tls_engine", tls.engine());
        facts.put("transport", transport);
        facts.put("connections", figures.connections());
        facts.put("calls_open", calls.size());
        facts.put("services", String.join(" ", registry.present()));
        facts.put("services_absent", String.join(" ", registry.absent()));
        return facts;
    }

    /** Where it listens now; empty while it does not. */
    List<InetSocketAddress> addresses() {
        return addresses;
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
        if (certificates == null || stopped) {
            return;
        }
        try {
            TlsIdentity identity = certificates.current();
            tls.show(identity);
            log.info("certificate in use from the next handshake on: identity={}", identity);
        } catch (NotListeningException e) {
            if (listeners == null) {
                failed(e.getMessage(), e.remedy());
            } else {
                log.warn("the certificate cannot be used, the former one stays in use", e);
            }
            return;
        } catch (RuntimeException e) {
            log.warn("the certificate cannot be read, the former one stays in use", e);
            return;
        }
        if (listeners == null) {
            open();
        }
    }

    private void open() {
        listening = listening.toStarting(clock.instant());
        try {
            Binding binding = new Binding(settings.bind(), settings.port(), owners);
            ServerRecipe recipe =
                    new ServerRecipe(
                            settings,
                            door,
                            authentication,
                            calls,
                            figures,
                            health.getHealthService(),
                            registry);
            listeners = Listeners.open(binding, tls, recipe);
            opened();
        } catch (NotListeningException e) {
            failed(e.getMessage(), e.remedy());
            log.debug("not listening", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | LinkageError e) {
            // Would end on a thread that nobody looks at.
            failed("the server cannot be made: " + e, "");
            log.error("the server cannot be made", e);
        }
    }

    private void opened() {
        addresses = listeners.addresses();
        transport = listeners.transport();
        listening = listening.toActive(clock.instant());
        log.info("listening: addresses={} tls={} transport={}", addresses, tls.engine(), transport);
    }

    private void failed(String reason, String remedy) {
        listening = listening.toFailed(reason, remedy, clock.instant());
        log.error("not listening: reason={}", reason);
    }

    private void close() {
        addresses = List.of();
        if (listeners == null) {
            return;
        }
        try {
            listeners.close(settings.shutdownDeadline());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        listeners = null;
        tls.release();
    }

    private void showHealth() {
        registry.present().forEach(name -> health.setStatus(name, ServingStatus.SERVING));
        registry.absent().forEach(name -> health.setStatus(name, ServingStatus.NOT_SERVING));
    }
}
