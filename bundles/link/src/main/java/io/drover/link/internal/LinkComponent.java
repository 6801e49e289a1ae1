package io.drover.link.internal;

import io.drover.api.metadata.Metadata;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.api.security.ClusterCredentials;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import io.drover.api.watch.Heartbeat;
import io.drover.api.watch.Watched;
import io.grpc.Channel;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Wires {@link Link} and {@link Leader} to OSGi; holds no logic of its own. Without endpoints there
 * is no link, and no metadata is given: that of a cluster agent in the same process stays the only
 * one. Without peers nothing is passed on to the leader.
 */
@Component(
        service = {Subsystem.class, MetricSource.class, Watched.class},
        configurationPid = "io.drover.link",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = LinkConfig.class)
public final class LinkComponent implements Subsystem, MetricSource, Watched {

    private static final int RANKED_BELOW_THE_CLUSTERS_OWN = -10;

    private final AtomicReference<ClusterCredentials> credentials = new AtomicReference<>();
    private final Optional<Link> link;
    private final Optional<Leader> leader;
    private final Status none;
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

    @Activate
    public LinkComponent(LinkConfig config, BundleContext context) {
        Settings settings = Settings.from(config);
        none = Status.skipped("link.endpoints names no cluster agent", Clock.systemUTC().instant());
        link =
                settings.endpoints().isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new Link(
                                        settings, Link::dns, this::credentials, Clock.systemUTC()));
        leader =
                settings.peers().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Leader(settings, Link::dns, this::credentials));
        link.ifPresent(
                made -> {
                    made.start();
                    registrations.add(
                            context.registerService(Metadata.class, made.metadata(), properties()));
                });
        leader.ifPresent(
                made ->
                        registrations.add(
                                context.registerService(
                                        Channel.class,
                                        made,
                                        FrameworkUtil.asDictionary(
                                                Map.of("drover.grpc.to", "leader")))));
    }

    private static Dictionary<String, Object> properties() {
        return FrameworkUtil.asDictionary(
                Map.of("origin", "link", Constants.SERVICE_RANKING, RANKED_BELOW_THE_CLUSTERS_OWN));
    }

    private Optional<ClusterCredentials> credentials() {
        return Optional.ofNullable(credentials.get());
    }

    @Deactivate
    void stop() {
        registrations.forEach(ServiceRegistration::unregister);
        link.ifPresent(Link::stop);
        leader.ifPresent(Leader::close);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindCredentials(ClusterCredentials given) {
        credentials.set(given);
    }

    void unbindCredentials(ClusterCredentials given) {
        credentials.compareAndSet(given, null);
    }

    @Override
    public String name() {
        return "link";
    }

    @Override
    public List<Step> steps() {
        return List.of(
                link.map(Link::step)
                        .orElseGet(
                                () ->
                                        Step.optional(
                                                "cluster-agent",
                                                "Link to the cluster agent",
                                                none)));
    }

    @Override
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        link.ifPresent(made -> facts.putAll(made.facts()));
        leader.ifPresent(made -> facts.put("leader_asked_last", made.peer()));
        return facts;
    }

    @Override
    public List<Family> families() {
        List<Family> families = new ArrayList<>(LinkFigures.families());
        families.addAll(ForwardFigures.families());
        return families;
    }

    @Override
    public void collect(Samples out) {
        link.ifPresent(made -> made.collect(out));
        leader.ifPresent(made -> made.collect(out));
    }

    @Override
    public List<Heartbeat> heartbeats() {
        List<Heartbeat> heartbeats = new ArrayList<>();
        link.ifPresent(made -> heartbeats.add(made.heartbeat()));
        leader.ifPresent(made -> heartbeats.add(made.heartbeat()));
        return heartbeats;
    }
}
