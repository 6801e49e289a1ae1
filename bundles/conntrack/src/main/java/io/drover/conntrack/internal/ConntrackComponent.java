package io.drover.conntrack.internal;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.ConnectionStream;
import io.drover.api.conntrack.Connections;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.kernel.Netlink;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        service = {Connections.class, Subsystem.class, MetricSource.class, Routes.class})
@Designate(ocd = ConntrackConfig.class)
public final class ConntrackComponent implements Connections, Subsystem, MetricSource, Routes {

    static final String PID = "io.drover.conntrack";

    private static final Logger log = LoggerFactory.getLogger(ConntrackComponent.class);
    private static final Duration STOP_BOUND = Duration.ofMillis(400);

    private final Settings settings;
    private final Counters counters = new Counters();
    private final Streams streams;
    private final Health health;
    private final ConnectionRoutes routes;
    private Netlink followed;
    private volatile Follower follower;

    @Activate
    public ConntrackComponent(ConntrackConfig config) {
        settings = Settings.from(config);
        streams =
                new Streams(settings.streamsMax(), settings.streamQueueMax(), counters.streamLost);
        Clock clock = Clock.systemUTC();
        Status first =
                settings.enabled()
                        ? Status.waiting("the bundle kernel, which opens sockets", clock.instant())
                        : Status.skipped("conntrack.enabled is false", clock.instant());
        health = new Health(first, clock);
        routes = new ConnectionRoutes(this, health);
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
        follower = new Follower(netlink, settings, streams, counters, health);
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
    }

    private Session session() {
        Follower now = follower;
        return now == null ? null : now.session();
    }

    // ---- Routes

    @Override
    public List<Route> routes() {
        return routes.routes();
    }
}
