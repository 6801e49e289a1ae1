package io.drover.grpc.internal;

import io.drover.api.http.SharedListener;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.api.net.Listening;
import io.drover.api.net.PortOwners;
import io.drover.api.security.Audit;
import io.drover.api.security.Certificates;
import io.drover.api.security.Guard;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import io.drover.api.watch.Heartbeat;
import io.drover.api.watch.Watched;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wires {@link GrpcServer} to OSGi; holds no logic of its own. Every reference is dynamic: the port
 * outlives whatever comes and goes.
 */
@Component(
        service = {Subsystem.class, Listening.class, MetricSource.class, Watched.class},
        configurationPid = "io.drover.grpc",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = GrpcConfig.class)
public final class GrpcComponent implements Subsystem, Listening, MetricSource, Watched {

    private static final Logger log = LoggerFactory.getLogger(GrpcComponent.class);

    private final GrpcServer server;
    private final Map<BindableService, ServerServiceDefinition> services =
            new ConcurrentHashMap<>();

    private final BundleContext context;
    private final AtomicReference<ServiceReference<PortOwners>> owners = new AtomicReference<>();

    @Activate
    public GrpcComponent(GrpcConfig config, BundleContext context) {
        this.context = context;
        server = new GrpcServer(Settings.from(config), Clock.systemUTC(), this::ownerOf);
        List<String> without = Settings.withoutEffect(config);
        if (!without.isEmpty()) {
            log.warn(
                    "grpc.port is shared: these are set without effect, in their place holds what"
                            + " is in brackets: {}",
                    String.join(", ", without));
        }
    }

    @Deactivate
    void stop() {
        server.stop();
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindCertificates(Certificates certificates) {
        server.useCertificates(certificates);
    }

    void unbindCertificates(Certificates certificates) {
        server.forgetCertificates(certificates);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindGuard(Guard guard) {
        server.useGuard(guard);
    }

    void unbindGuard(Guard guard) {
        server.forgetGuard(guard);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindAudit(Audit audit) {
        server.useAudit(audit);
    }

    void unbindAudit(Audit audit) {
        server.forgetAudit(audit);
    }

    @Reference(
            service = PortOwners.class,
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindOwners(ServiceReference<PortOwners> known) {
        owners.set(known);
    }

    void unbindOwners(ServiceReference<PortOwners> known) {
        owners.compareAndSet(known, null);
    }

    /** Fetched later, on the server's own thread: see {@link #ownerOf}. */
    @Reference(
            service = SharedListener.class,
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindListener(ServiceReference<SharedListener> listener) {
        server.share(listener, () -> context.getService(listener));
    }

    void unbindListener(ServiceReference<SharedListener> listener) {
        server.unshare(listener);
        context.ungetService(listener);
    }

    /**
     * Fetches who knows it only now: that is the bundle core, which fetches this component too, and
     * of two that fetch each other while they are being activated one gets nothing.
     */
    private Optional<String> ownerOf(int port) {
        ServiceReference<PortOwners> reference = owners.get();
        PortOwners known = reference == null ? null : context.getService(reference);
        if (known == null) {
            return Optional.empty();
        }
        try {
            return known.ownerOf(port);
        } finally {
            context.ungetService(reference);
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindService(BindableService service, Map<String, Object> properties) {
        ServerServiceDefinition definition = service.bindService();
        services.put(service, definition);
        server.add(definition, declared(properties.get(Audiences.PROPERTY)));
    }

    private static String[] declared(Object property) {
        if (property instanceof String[] words) {
            return words;
        }
        return property == null ? new String[0] : new String[] {property.toString()};
    }

    void unbindService(BindableService service) {
        ServerServiceDefinition definition = services.remove(service);
        if (definition != null) {
            server.remove(definition);
        }
    }

    @Override
    public String name() {
        return "grpc";
    }

    @Override
    public List<Step> steps() {
        return server.steps();
    }

    @Override
    public Map<String, Object> facts() {
        return server.facts();
    }

    @Override
    public List<Bound> bound() {
        List<InetSocketAddress> addresses = server.addresses();
        return addresses.isEmpty() ? List.of() : List.of(new Bound("grpc", "grpcs", addresses));
    }

    @Override
    public List<Family> families() {
        return CallFigures.families();
    }

    @Override
    public void collect(Samples out) {
        server.figures().collect(out);
    }

    @Override
    public List<Heartbeat> heartbeats() {
        return List.of(server.heartbeat());
    }
}
