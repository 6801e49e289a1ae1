package io.drover.http.internal;

import io.drover.api.agent.Home;
import io.drover.api.http.Endpoint;
import io.drover.api.http.Guest;
import io.drover.api.http.RateClass;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.http.Schema;
import io.drover.api.http.SharedListener;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.api.net.Listening;
import io.drover.api.net.PortOwners;
import io.drover.api.security.Audience;
import io.drover.api.security.Audit;
import io.drover.api.security.Certificates;
import io.drover.api.security.Guard;
import io.drover.api.security.TlsIdentity;
import io.drover.api.status.OnFailure;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import io.drover.api.watch.Heartbeat;
import io.drover.api.watch.Watched;
import io.drover.http.internal.listen.Binding;
import io.drover.http.internal.listen.Clients;
import io.drover.http.internal.listen.Listeners;
import io.drover.http.internal.listen.Surroundings;
import io.drover.http.internal.route.Gate;
import io.drover.http.internal.route.Rates;
import io.drover.http.internal.route.Router;
import io.drover.http.internal.serve.Entrance;
import io.drover.http.internal.serve.Front;
import io.drover.http.internal.serve.Guests;
import io.drover.http.internal.serve.Meter;
import io.drover.http.internal.serve.Terms;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wires listeners, routes and their check to OSGi; holds no logic of its own. Everything it uses
 * comes and goes without a port being touched.
 */
@Component(
        configurationPid = "io.drover.http",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = {
            Subsystem.class,
            Listening.class,
            MetricSource.class,
            Watched.class,
            SharedListener.class
        },
        immediate = true)
@Designate(ocd = HttpConfig.class)
public final class HttpComponent
        implements Subsystem, Listening, MetricSource, Watched, SharedListener, Surroundings {

    private static final Logger log = LoggerFactory.getLogger(HttpComponent.class);

    private static final Family CONNECTIONS =
            Family.gauge("drover_http_connections", "Open connections.", "listener");
    private static final Family ROUTES =
            Family.gauge("drover_http_routes", "Routes that are served.");
    private static final Family ROUTES_REFUSED =
            Family.counter(
                    "drover_http_routes_refused_total",
                    "Routes that were not served because another had their place.");

    private static final Family CLOSED =
            Family.counter(
                    "drover_http_connections_closed_total",
                    "Connections that were closed before their client did, by the reason.",
                    "listener",
                    "reason");
    private static final Family IN_FLIGHT =
            Family.gauge(
                    "drover_http_requests_in_flight",
                    "Requests that are being answered, or wait for it.");
    private static final Family SOURCES =
            Family.gauge(
                    "drover_http_rate_sources", "Sources of requests whose rate is remembered.");
    private static final Family SHARED =
            Family.counter(
                    "drover_http_rate_shared_total",
                    "Requests of sources that shared one allowance because too many others were"
                            + " there.");
    private static final Family BUSY =
            Family.gauge("drover_http_threads_busy", "Threads of the server that are at work.");

    private final Clock clock = Clock.systemUTC();
    private final Meter meter = new Meter();
    private final Clients clients = new Clients();
    private final Guests guests = new Guests(System::nanoTime);
    private final NewestIdentity identity = new NewestIdentity(this::wake);
    private final Router router;
    private final Rates rates;
    private final Front front;
    private final Entrance entrance;
    private final Listeners listeners;

    private volatile Settings settings;
    private volatile Optional<Status> settingsProblem = Optional.empty();
    private volatile Guard guard;
    private volatile Server server;
    private volatile Audit audit;
    private volatile PortOwners portOwners;

    @Activate
    public HttpComponent(BundleContext bundle, HttpConfig config) {
        settings = checked(config);
        router =
                new Router(ownRoutes(bundle.getBundle().getVersion().toString()), System::nanoTime);
        rates = new Rates(System::nanoTime, settings == null ? 0 : settings.maxSources());
        Gate gate = new Gate(router, () -> Optional.ofNullable(guard));
        front =
                new Front(
                        gate,
                        guests,
                        rates,
                        clients,
                        meter,
                        this::terms,
                        () -> Optional.ofNullable(audit));
        router.onAdd(front::wake);
        entrance = new Entrance(front);
        listeners =
                settings == null
                        ? new Listeners(List.of(), null, this, clients, clock)
                        : new Listeners(
                                settings.bindings(), settings.limits(), this, clients, clock);
    }

    private Terms terms() {
        return settings.terms();
    }

    /** After all that is there has been bound: the first request finds its route and its check. */
    @Activate
    void start() {
        listeners.start();
    }

    private List<Route> ownRoutes(String version) {
        List<Route> own = new ArrayList<>();
        OpenApi openApi = new OpenApi(() -> router.routes(), version);
        own.add(
                Route.get(
                                "/api/v1/openapi.json",
                                Audience.LOCAL,
                                "This description.",
                                request -> openApi.reply())
                        .rated(RateClass.HEAVY)
                        .answering(Schema.object().with("openapi", Schema.text())));
        if (settings != null && settings.debugPages()) {
            own.addAll(
                    new DebugRoutes(() -> String.valueOf(server == null ? "" : server.dump()))
                            .routes());
        }
        return own;
    }

    /** Null, with a failed step, when the configuration is refused. */
    private Settings checked(HttpConfig config) {
        try {
            Settings checked = Settings.from(config, Home.ofProcess().root());
            settingsProblem = Optional.empty();
            return checked;
        } catch (IllegalArgumentException e) {
            log.error("configuration refused: {}", e.getMessage());
            settingsProblem =
                    Optional.of(Status.starting(clock.instant()))
                            .map(s -> s.toFailed(e.getMessage(), "", clock.instant()));
            return null;
        }
    }

    @Modified
    void modified(HttpConfig config) {
        Settings changed = checked(config);
        if (changed != null) {
            settings = changed;
            limitThreads();
            listeners.set(changed.bindings(), changed.limits());
        }
    }

    @Deactivate
    void stop() {
        listeners.close();
    }

    private void wake() {
        listeners.wake();
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindCertificates(Certificates bound) {
        identity.follow(bound);
    }

    void unbindCertificates(Certificates gone) {
        identity.leave(gone);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindServer(Server bound) {
        server = bound;
        entrance.open(bound);
        limitThreads();
        wake();
    }

    void unbindServer(Server gone) {
        if (server == gone) {
            server = null;
            entrance.close();
            wake();
        }
    }

    private void limitThreads() {
        Server now = server;
        if (now != null
                && settings != null
                && now.getThreadPool() instanceof ThreadPool.SizedThreadPool pool) {
            pool.setMaxThreads(settings.maxThreads());
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindGuard(Guard bound) {
        guard = bound;
        front.wake();
    }

    void unbindGuard(Guard gone) {
        if (guard == gone) {
            guard = null;
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindAudit(Audit bound) {
        audit = bound;
    }

    void unbindAudit(Audit gone) {
        if (audit == gone) {
            audit = null;
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindPortOwners(PortOwners bound) {
        portOwners = bound;
        listeners.explainAgain();
    }

    void unbindPortOwners(PortOwners gone) {
        if (portOwners == gone) {
            portOwners = null;
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addRoutes(Routes added) {
        router.add(added);
    }

    void removeRoutes(Routes removed) {
        router.remove(removed);
    }

    @Override
    public Optional<Server> server() {
        return Optional.ofNullable(server).filter(there -> entrance.isOpen());
    }

    @Override
    public void tick() {
        front.tick();
        Settings now = settings;
        if (now != null) {
            router.forget(now.terms().absent());
        }
    }

    @Override
    public void closed() {
        entrance.close();
    }

    @Override
    public Optional<TlsIdentity> identity() {
        return identity.get();
    }

    @Override
    public Optional<PortOwners> portOwners() {
        return Optional.ofNullable(portOwners);
    }

    @Override
    public long requestsInFlight() {
        return front.inFlight();
    }

    @Override
    public String name() {
        return "http";
    }

    @Override
    public List<Step> steps() {
        List<Step> steps = new ArrayList<>(listeners.steps());
        settingsProblem.ifPresent(status -> steps.add(0, settingsStep(status)));
        return steps;
    }

    /** With no former configuration to go on with there is nothing to run. */
    private Step settingsStep(Status problem) {
        return settings == null
                ? Step.fatal("settings", "HTTP settings", OnFailure.EXIT_CONFIGURATION, problem)
                : Step.optional("settings", "HTTP settings", problem);
    }

    @Override
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("routes", router.routes().size());
        facts.put("routes_refused", router.refusals());
        facts.put("requests_in_flight", front.inFlight());
        if (!listeners.left().isEmpty()) {
            facts.put("addresses_absent", String.join(", ", listeners.left()));
        }
        return facts;
    }

    @Override
    public List<Bound> bound() {
        return listeners.bound();
    }

    @Override
    public List<InetSocketAddress> addresses() {
        String api = Binding.word(Endpoint.API);
        return bound().stream()
                .filter(listener -> listener.name().equals(api))
                .flatMap(listener -> listener.addresses().stream())
                .toList();
    }

    @Override
    public Stay admit(Guest guest) {
        return guests.admit(guest);
    }

    @Override
    public List<Family> families() {
        List<Family> families = new ArrayList<>(Meter.families());
        families.addAll(
                List.of(
                        CONNECTIONS,
                        CLOSED,
                        IN_FLIGHT,
                        BUSY,
                        SOURCES,
                        SHARED,
                        ROUTES,
                        ROUTES_REFUSED));
        return families;
    }

    @Override
    public void collect(Samples out) {
        meter.collect(out);
        listeners.connections((listener, open) -> out.add(CONNECTIONS, open, listener));
        clients.closings((listener, reason, count) -> out.add(CLOSED, count, listener, reason));
        out.add(IN_FLIGHT, front.inFlight());
        Server now = server;
        if (now != null && now.getThreadPool() instanceof ThreadPool.SizedThreadPool pool) {
            out.add(BUSY, (long) (pool.getThreads() - pool.getIdleThreads()));
        }
        out.add(SOURCES, rates.sources());
        out.add(SHARED, rates.shared());
        out.add(ROUTES, router.routes().size());
        out.add(ROUTES_REFUSED, router.refusals());
    }

    @Override
    public List<Heartbeat> heartbeats() {
        return List.of(listeners.heartbeat());
    }
}
