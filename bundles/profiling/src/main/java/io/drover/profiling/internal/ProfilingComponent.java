package io.drover.profiling.internal;

import io.drover.api.agent.Home;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.intake.Intake;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.api.profiling.Profiling;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
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

/** Wires {@link Profiler} to OSGi; holds no logic of its own. */
@Component(
        service = {Profiling.class, Subsystem.class, MetricSource.class, Routes.class},
        immediate = true,
        configurationPid = "io.drover.profiling",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ProfilingConfig.class)
public final class ProfilingComponent implements Profiling, Subsystem, MetricSource, Routes {

    private static final Logger LOG = LoggerFactory.getLogger(ProfilingComponent.class);

    private final Profiler profiler;
    private final ProfilerThread thread;
    private final ProfilingMetrics metrics;
    private final ProfilingRoutes routes;

    @Activate
    public ProfilingComponent(ProfilingConfig config, BundleContext context) {
        Settings settings = Settings.from(config);
        Path folder = Home.ofProcess().root().resolve("profiles");
        profiler =
                new Profiler(
                        settings,
                        () -> new FlightRing(folder.resolve("repository")),
                        folder,
                        Facts.ofProcess(context.getBundle().getVersion().toString()),
                        Clock.systemUTC());
        thread = new ProfilerThread(profiler);
        metrics = new ProfilingMetrics(profiler);
        routes = new ProfilingRoutes(this, profiler);
        if (settings.enabled() || settings.upload().isPresent()) {
            thread.apply(settings);
        }
    }

    @Modified
    void modified(ProfilingConfig config) {
        try {
            thread.apply(Settings.from(config));
        } catch (IllegalArgumentException e) {
            LOG.warn("the former configuration is kept: {}", e.getMessage());
        }
    }

    @Deactivate
    void stop() throws InterruptedException {
        thread.close();
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void use(Intake intake) {
        profiler.use(intake);
    }

    void unuse(Intake intake) {
        profiler.lose(intake);
    }

    @Override
    public String name() {
        return "profiling";
    }

    @Override
    public List<Step> steps() {
        return profiler.steps();
    }

    @Override
    public Map<String, Object> facts() {
        return profiler.facts();
    }

    @Override
    public List<Family> families() {
        return metrics.families();
    }

    @Override
    public void collect(Samples out) {
        metrics.collect(out);
    }

    @Override
    public List<Route> routes() {
        return routes.routes();
    }

    @Override
    public View view() {
        return profiler.view();
    }

    @Override
    public void change(Change change) throws IOException, InterruptedException {
        thread.change(change);
    }

    @Override
    public void recording(Duration last, OutputStream out) throws IOException {
        profiler.recording(last, out);
    }

    @Override
    public Path dump(Duration last) throws IOException {
        return profiler.dump(last);
    }

    @Override
    public String summary(Duration last) throws IOException {
        return profiler.summary(last);
    }

    @Override
    public String flameGraph(Of what, Duration last) throws IOException {
        return profiler.flameGraph(what, last);
    }
}
