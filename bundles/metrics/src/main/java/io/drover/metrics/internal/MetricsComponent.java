package io.drover.metrics.internal;

import io.drover.api.agent.Agent;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.metrics.MetricSource;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
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

/** Wires {@link Registry} to OSGi; sources come and go without a page being missed. */
@Component(
        service = {Subsystem.class, Routes.class},
        configurationPid = "io.drover.metrics",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = MetricsConfig.class)
public final class MetricsComponent implements Subsystem, Routes {

    private static final Duration TURN_MAX = Duration.ofSeconds(5);
    private static final String OURS = "io.drover.";

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Agent agent;

    private final Registry registry;
    private final Metrics metrics;

    @Activate
    public MetricsComponent(BundleContext context, MetricsConfig config) {
        registry = new Registry(Settings.DEFAULTS, TURN_MAX);
        metrics = new Metrics(registry, Clock.systemUTC());
        try {
            registry.apply(Settings.from(config));
        } catch (IllegalArgumentException e) {
            metrics.refusedAtStart(e.getMessage());
        }
        registry.add("jvm", new JvmSeries());
        registry.add("process", new ProcessSeries(Path.of("/proc")));
        registry.add("metrics", new RegistrySeries(registry));
        registry.add(
                "build",
                new BuildSeries(
                        context.getBundle().getVersion().toString(),
                        () -> Optional.ofNullable(agent)));
    }

    @Modified
    void modified(MetricsConfig config) {
        try {
            registry.apply(Settings.from(config));
            metrics.accepted();
        } catch (IllegalArgumentException e) {
            metrics.refused(e.getMessage());
        }
    }

    @Deactivate
    void stop() throws InterruptedException {
        registry.stop();
    }

    @Reference(
            service = MetricSource.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addSource(ServiceReference<MetricSource> reference, MetricSource source) {
        registry.add(nameOf(reference), source);
    }

    void removeSource(MetricSource source) {
        registry.remove(source);
    }

    @Override
    public String name() {
        return metrics.name();
    }

    @Override
    public List<Step> steps() {
        return metrics.steps();
    }

    @Override
    public Map<String, Object> facts() {
        return metrics.facts();
    }

    @Override
    public List<Route> routes() {
        return metrics.routes();
    }

    /** The one word of the bundle; its whole name if it is none of ours. */
    private static String nameOf(ServiceReference<MetricSource> reference) {
        String bundle =
                reference.getBundle() == null ? "gone" : reference.getBundle().getSymbolicName();
        return bundle.startsWith(OURS) ? bundle.substring(OURS.length()) : bundle;
    }
}
