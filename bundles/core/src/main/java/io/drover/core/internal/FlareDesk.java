package io.drover.core.internal;

import io.drover.api.agent.Agent;
import io.drover.api.agent.Home;
import io.drover.api.agent.Startup;
import io.drover.api.config.LiveConfiguration;
import io.drover.api.diagnosis.Diagnosis;
import io.drover.api.flare.FlareSource;
import io.drover.api.flare.Flares;
import io.drover.api.http.Routes;
import io.drover.api.metrics.MetricSource;
import io.drover.api.secret.Secret;
import io.drover.api.secret.Secrets;
import io.drover.core.internal.flare.AgentSource;
import io.drover.core.internal.flare.Bounds;
import io.drover.core.internal.flare.ContainerSource;
import io.drover.core.internal.flare.FlareMaker;
import io.drover.core.internal.flare.FlareRoutes;
import io.drover.core.internal.flare.HomeSource;
import io.drover.core.internal.flare.HostSource;
import io.drover.core.internal.flare.KnownFiles;
import io.drover.core.internal.flare.MetricsSource;
import io.drover.core.internal.flare.Redactor;
import io.drover.core.internal.watch.StuckThreads;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wires {@link FlareMaker} to OSGi. What other bundles give is asked for when a support bundle is
 * made, not before: it must be made with whatever half of the agent is there.
 */
final class FlareDesk implements Flares, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FlareDesk.class);
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final BundleContext context;
    private final ServiceComponentRuntime components;
    private final Agent agent;
    private final Routes routes;
    private final Startup startup;
    private final StuckThreads threads;
    private final Diagnosis diagnosis;
    private final Bounds bounds;
    private final Clock clock;
    private final ReentrantLock one = new ReentrantLock();
    private final LongAdder made = new LongAdder();
    private final LongAdder problems = new LongAdder();
    private final List<ServiceRegistration<?>> registrations;

    FlareDesk(
            BundleContext context,
            ServiceComponentRuntime components,
            Agent agent,
            Routes routes,
            Startup startup,
            StuckThreads threads,
            Diagnosis diagnosis,
            Bounds bounds,
            Clock clock) {
        this.context = context;
        this.components = components;
        this.agent = agent;
        this.routes = routes;
        this.startup = startup;
        this.threads = threads;
        this.diagnosis = diagnosis;
        this.bounds = bounds;
        this.clock = clock;
        registrations =
                List.of(
                        context.registerService(Flares.class, this, null),
                        context.registerService(Routes.class, new FlareRoutes(this), null));
    }

    @Override
    public String fileName() {
        return "drover-flare-%s-%s.zip"
                .formatted(
                        agent.identity().hostname().replaceAll("[^A-Za-z0-9.-]", "_"),
                        STAMP.format(clock.instant()));
    }

    @Override
    public Contents write(OutputStream out) throws IOException, InterruptedException {
        if (!one.tryLock()) {
            throw new IllegalStateException("a support bundle is being made; try again later");
        }
        try {
            Contents contents =
                    new FlareMaker(new Redactor(known()), bounds, clock)
                            .write(about(), sources(), out);
            made.increment();
            problems.add(contents.problems().size());
            LOG.info(
                    "a support bundle was made: files={} bytes={} redactions={} problems={}",
                    contents.files(),
                    contents.bytes(),
                    contents.redactions(),
                    contents.problems().size());
            return contents;
        } finally {
            one.unlock();
        }
    }

    private Map<String, String> about() {
        Map<String, String> about = new LinkedHashMap<>();
        about.put("kind", "whole, made by the agent");
        about.put("version", agent.identity().version());
        about.put("revision", agent.identity().revision());
        about.put("hostname", agent.identity().hostname());
        about.put("process", Long.toString(agent.identity().pid()));
        return about;
    }

    /** The cheap and telling ones first: what is cut off for want of time or room comes last. */
    private List<FlareSource> sources() {
        Home home = Home.ofProcess();
        List<FlareSource> sources = new ArrayList<>();
        sources.add(new ContainerSource(context, components));
        sources.add(
                new AgentSource(
                        routes,
                        startup,
                        threads,
                        diagnosis,
                        () -> services(LiveConfiguration.class).stream().findFirst()));
        sources.add(new MetricsSource(() -> services(MetricSource.class)));
        sources.add(new HostSource("self"));
        services(FlareSource.class).stream()
                .sorted(Comparator.comparing(FlareSource::name))
                .forEach(sources::add);
        sources.add(new HomeSource(home.root()));
        return sources;
    }

    private List<String> known() {
        List<String> known = new ArrayList<>(KnownFiles.in(Home.ofProcess().secrets()));
        for (Secrets secrets : services(Secrets.class)) {
            secrets.known().stream().map(Secret::reveal).forEach(known::add);
        }
        return known;
    }

    private <S> List<S> services(Class<S> type) {
        List<S> services = new ArrayList<>();
        try {
            Collection<ServiceReference<S>> all = context.getServiceReferences(type, null);
            for (ServiceReference<S> reference : all) {
                Optional.ofNullable(context.getService(reference)).ifPresent(services::add);
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("no filter does not parse", e);
        }
        return services;
    }

    /** How many were made since the start. */
    long made() {
        return made.sum();
    }

    /** What was missing or cut in them. */
    long problems() {
        return problems.sum();
    }

    @Override
    public void close() {
        registrations.forEach(ServiceRegistration::unregister);
    }
}
