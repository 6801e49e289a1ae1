package io.drover.conntrack.internal;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.ConnectionOrder;
import io.drover.api.conntrack.ConnectionPage;
import io.drover.api.conntrack.ConnectionStream;
import io.drover.api.conntrack.Connections;
import io.drover.api.conntrack.Resolution;
import io.drover.api.conntrack.StreamPosition;
import io.drover.api.conntrack.Talkers;
import io.drover.api.conntrack.Translations;
import io.drover.api.conntrack.Tuple;
import io.drover.api.diagnosis.Check;
import io.drover.api.diagnosis.Suite;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.kernel.Netlink;
import io.drover.api.metadata.Metadata;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import io.drover.api.watch.Heartbeat;
import io.drover.api.watch.Watched;
import io.drover.conntrack.internal.top.TopTalkers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
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
 * Wires the table of connections to OSGi. It is there from the start and says what it waits for;
 * the thread that follows the kernel runs while the bundle {@code kernel} offers {@link Netlink}.
 */
@Component(
        configurationPid = ConntrackComponent.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true,
        service = {
            Connections.class,
            Translations.class,
            Talkers.class,
            Suite.class,
            Subsystem.class,
            MetricSource.class,
            Routes.class,
            Watched.class
        })
@Designate(ocd = ConntrackConfig.class)
public final class ConntrackComponent
        implements Connections,
                Translations,
                Talkers,
                Suite,
                Subsystem,
                MetricSource,
                Routes,
                Watched {

    static final String PID = "io.drover.conntrack";

    private static final Logger log = LoggerFactory.getLogger(ConntrackComponent.class);

    /**
     * It ends within milliseconds, but a starved machine may leave it without a core for seconds,
     * above all while its classes are still new. To go on without it gains nothing: until it has
     * ended the socket is in use, for the next instance too.
     */
    private static final Duration STOP_BOUND = Duration.ofSeconds(10);

    private final Settings settings;
    private final Counters counters = new Counters();
    private final Streams streams;
    private final Health health;
    private final TopTalkers talkers;
    private final Resolver resolver;
    private final SelfCheck selfCheck;
    private final Kernel kernel;
    private final Forecast forecast = new Forecast();
    private final Names names = new Names();
    private final List<Route> routes;
    private Netlink followed;
    private volatile Follower follower;

    @Activate
    public ConntrackComponent(ConntrackConfig config) {
        settings = Settings.from(config);
        streams =
                new Streams(
                        settings.streamsMax(),
                        settings.streamQueueMax(),
                        settings.replayEvents(),
                        counters.streamLost);
        talkers = new TopTalkers(settings.talkers(), settings.talkersWindowSeconds());
        Clock clock = Clock.systemUTC();
        Status first =
                settings.enabled()
                        ? Status.waiting("the bundle kernel, which opens sockets", clock.instant())
                        : Status.skipped("conntrack.enabled is false", clock.instant());
        health = new Health(first, clock);
        resolver = new Resolver(this::view, counters, clock);
        kernel = new Kernel(settings.namespace());
        selfCheck = new SelfCheck(settings, kernel, this::session, health);
        ConnectionJson writer = new ConnectionJson(names);
        List<Route> all = new ArrayList<>(new ConnectionRoutes(this, health, writer).routes());
        all.addAll(new AnswerRoutes(this, this, writer).routes());
        routes = List.copyOf(all);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindMetadata(Metadata metadata) {
        names.use(metadata);
    }

    void unbindMetadata(Metadata metadata) {
        names.forget(metadata);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void bindNetlink(Netlink netlink) {
        if (!settings.enabled()) {
            return;
        }
        endFollowing();
        followed = netlink;
        follower = new Follower(netlink, settings, streams, talkers, counters, health);
        follower.start();
    }

    synchronized void unbindNetlink(Netlink netlink) {
        if (netlink == followed) {
            endFollowing();
            streams.endAll();
            health.waiting("the bundle kernel, which opens sockets");
        }
    }

    /** The socket stays open in the bundle kernel: what happens until the next start is kept. */
    @Deactivate
    synchronized void stop() {
        endFollowing();
        streams.endAll();
    }

    private void endFollowing() {
        Follower last = follower;
        if (last != null && !last.stop(STOP_BOUND)) {
            log.warn("thread drover-conntrack not ended in time: bound={}", STOP_BOUND);
        }
        follower = null;
        followed = null;
    }

    // ---- Connections

    @Override
    public int size() {
        Follower now = follower;
        return now == null ? 0 : now.table().size();
    }

    @Override
    public void visit(ConnectionFilter filter, Predicate<Connection> visitor) {
        Follower now = follower;
        if (now == null || !health.serving()) {
            throw new IllegalStateException(health.whyNotServing());
        }
        now.table().visit(filter, visitor);
    }

    @Override
    public ConnectionStream stream(ConnectionFilter filter, int capacity) {
        return streams.open(filter, capacity);
    }

    @Override
    public ConnectionStream stream(ConnectionFilter filter, int capacity, StreamPosition after) {
        ConnectionStream stream = streams.resume(filter, capacity, after);
        Session session = session();
        if (session != null) {
            session.wake();
        }
        return stream;
    }

    @Override
    public StreamPosition position() {
        return streams.position();
    }

    @Override
    public ConnectionPage page(
            ConnectionFilter filter, ConnectionOrder order, int limit, Optional<String> after) {
        Follower now = follower;
        if (now == null || !health.serving()) {
            throw new IllegalStateException(health.whyNotServing());
        }
        return now.table().page(filter, order, limit, after);
    }

    // ---- Translations, Talkers, Suite

    @Override
    public Resolution resolve(int protocol, Tuple tuple, int zone, long namespace) {
        return resolver.resolve(protocol, tuple, zone, namespace);
    }

    private Resolver.View view() {
        Follower now = follower;
        Session session = session();
        if (now == null || session == null || !health.serving()) {
            return Resolver.View.none(health.whyNotServing());
        }
        if (!health.whole()) {
            return Resolver.View.none(
                    "events were lost, and the kernel's table has not been read again yet");
        }
        boolean told =
                session.told()
                        && session.throttle().step() != Pressure.Step.POLL
                        && session.throttle().part() == 1;
        return new Resolver.View(
                now.table(),
                session.namespace(),
                Optional.empty(),
                !session.throttle().step().holds(Pressure.Step.TRANSLATED)
                        && !settings.translatedOnly(),
                told ? Resolution.Certainty.FOLLOWED : Resolution.Certainty.READ);
    }

    @Override
    public Top top(Kind kind, Measure measure, int limit) {
        return talkers.top(kind, measure, limit);
    }

    @Override
    public String about() {
        return selfCheck.about();
    }

    @Override
    public List<Check> run() {
        return selfCheck.run();
    }

    // ---- Subsystem

    @Override
    public String name() {
        return "conntrack";
    }

    @Override
    public List<Step> steps() {
        return List.of(
                Step.optional(
                        "netlink", "Netlink socket, first dump, event loop", health.status()));
    }

    @Override
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("table_size", size());
        facts.put("table_max_entries", settings.tableMaxEntries());
        facts.put("events", counters.events());
        facts.put("lost", counters.lost.sum());
        facts.put("streams", streams.size());
        Session session = session();
        if (session != null) {
            facts.put("namespace", session.namespace());
            facts.put("receive_buffer_bytes", session.receiveBufferBytes());
        }
        if (session != null) {
            facts.put("filter", session.throttle().filterMode());
            facts.put("back_pressure", session.throttle().step().word());
            facts.put("other_namespaces", session.otherNamespaces());
        }
        facts.put("position", streams.position().toString());
        if (health.serving() && size() == 0 && counters.events() == 0) {
            facts.put(
                    "hint",
                    "no connection is tracked yet: the kernel begins with the first NAT or 'ct state' rule");
        }
        return facts;
    }

    // ---- MetricSource

    @Override
    public List<Family> families() {
        return ConntrackMetrics.FAMILIES;
    }

    @Override
    public void collect(Samples out) {
        Follower now = follower;
        Session session = session();
        ConntrackMetrics.collect(
                counters,
                now == null ? 0 : now.table().sizeOfIpv4(),
                now == null ? 0 : now.table().sizeOfIpv6(),
                streams.size(),
                session == null ? 0 : session.receiveBufferBytes(),
                out);
        out.add(ConntrackMetrics.ENTRIES_MAX, settings.tableMaxEntries());
        if (session != null) {
            ConntrackMetrics.collect(session, out);
            ConntrackMetrics.collect(kernel, forecast, out);
        }
    }

    private Session session() {
        Follower now = follower;
        return now == null ? null : now.session();
    }

    // ---- Routes

    @Override
    public List<Route> routes() {
        return routes;
    }

    @Override
    public List<Heartbeat> heartbeats() {
        return List.of(health.heartbeat());
    }
}
