package io.drover.link.internal;

import io.drover.api.metadata.Metadata;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.api.security.ClusterCredentials;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import java.time.Clock;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * Wires {@link Link} to OSGi; holds no logic of its own. Without endpoints there is no link, and no
 * metadata is given: that of a cluster agent in the same process stays the only one.
 */
@Component(
        service = {Subsystem.class, MetricSource.class},
        configurationPid = "io.drover.link",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = LinkConfig.class)
public final class LinkComponent implements Subsystem, MetricSource {

    private static final int RANKED_BELOW_THE_CLUSTERS_OWN = -10;

    private final Optional<Link> link;
    private final Status none;
    private ServiceRegistration<Metadata> registration;

    @Activate
    public LinkComponent(LinkConfig config, BundleContext context) {
        Settings settings = Settings.from(config);
        none = Status.skipped("link.endpoints names no cluster agent", Clock.systemUTC().instant());
        link =
                settings.endpoints().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Link(settings, Link::dns, Clock.systemUTC()));
        link.ifPresent(
                made -> {
                    made.start();
                    registration =
                            context.registerService(Metadata.class, made.metadata(), properties());
                });
    }

    private static Dictionary<String, Object> properties() {
        return FrameworkUtil.asDictionary(
                Map.of("origin", "link", Constants.SERVICE_RANKING, RANKED_BELOW_THE_CLUSTERS_OWN));
    }

    @Deactivate
    void stop() {
        if (registration != null) {
            registration.unregister();
        }
        link.ifPresent(Link::stop);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindCredentials(ClusterCredentials credentials) {
        link.ifPresent(made -> made.use(credentials));
    }

    void unbindCredentials(ClusterCredentials credentials) {
        link.ifPresent(made -> made.forget(credentials));
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
        return link.map(Link::facts).orElseGet(Map::of);
    }

    @Override
    public List<Family> families() {
        return LinkFigures.families();
    }

    @Override
    public void collect(Samples out) {
        link.ifPresent(made -> made.collect(out));
    }
}
