package io.drover.core.internal;

import io.drover.api.agent.Agent;
import io.drover.api.agent.Home;
import io.drover.api.agent.Startup;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.api.net.Listening;
import io.drover.api.net.PortOwners;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import io.drover.api.watch.Heartbeat;
import io.drover.core.internal.check.ClockSteps;
import io.drover.core.internal.startup.WaitingComponents;
import java.nio.file.Path;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the view of the whole agent to OSGi. Its one thread is {@code drover-core}. */
@Component(
        configurationPid = "io.drover.core",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true,
        property = "drover.subsystem=core",
        service = {
            Agent.class,
            Subsystem.class,
            Routes.class,
            MetricSource.class,
            PortOwners.class
        })
@Designate(ocd = CoreConfig.class)
public final class CoreComponent implements Agent, Subsystem, Routes, MetricSource, PortOwners {

    private static final Logger LOG = LoggerFactory.getLogger(CoreComponent.class);

    /** What the stop may take beyond the drain; docs/operations.md names it. */
    private static final Duration STOP_ROOM = Duration.ofSeconds(60);

    private final RunningAgent agent;
    private final Roster roster;
    private final List<Route> routes;
    private final ProcPortOwners portOwners = new ProcPortOwners(Path.of("/proc"));
    private final Settings settings;
    private final Status status;
    private final ScheduledThreadPoolExecutor thread;
    private final Follower<Subsystem> subsystems;
    private final Follower<Listening> listening;
    private final ServiceNotices notices;
    private final ClockSteps clockSteps;
    private final SelfChecks selfChecks;
    private final FlareDesk flares;
    private final ServiceRegistration<Startup> startups;
    private final ServiceRegistration<Runnable> beforeStop;
    private final Boot boot;
    private final OrderlyStop orderlyStop;
    private final Heartbeat heartbeat = Heartbeat.vital("drover-core");
    private final Runnable round = heartbeat.around(this::look);
    private final Pace pace;

    /** Of the thread {@code drover-core} alone. */
    private ScheduledFuture<?> next;

    private final ThreadWatch threadWatch;
    private final CoreMetrics metrics;
    private final Upkeep upkeep;

    @Activate
    public CoreComponent(
            CoreConfig config,
            BundleContext context,
            @Reference ServiceComponentRuntime components) {
        settings = Settings.from(config);
        Clock clock = Clock.systemUTC();
        clockSteps = new ClockSteps(clock, System::nanoTime);
        status = Status.active(clock.instant());
        threadWatch = new ThreadWatch(context, settings, clock, heartbeat);
        WaitingComponents waiting =
                new WaitingComponents(
                        context,
                        components,
                        Path.of(System.getProperty("karaf.home", "."), "system"));
        roster = new Roster(waiting::missing, waiting::beside, settings.absenceGrace(), clock);
        roster.add(this);
        agent =
                new RunningAgent(
                        Identities.ofProcess(context.getBundle().getHeaders()),
                        roster,
                        Home.ofProcess(),
                        settings,
                        clock,
                        System.out,
                        this::endProcess,
                        threadWatch.stuck()::sound);
        upkeep = new Upkeep(context, UpkeepSettings.from(config), agent, Home.ofProcess(), clock);
        boot = new Boot(context, settings.stopDeadline());
        orderlyStop = new OrderlyStop(context, settings.stopDeadline(), agent::progressOfStop);
        StartupDesk startup = new StartupDesk(agent, waiting::needs, clock, clock.instant());
        startups = context.registerService(Startup.class, startup, null);
        AgentRoutes agentRoutes = new AgentRoutes(agent, threadWatch.stuck()::rounds, clock);
        StartupRoutes startupRoutes = new StartupRoutes(agent, startup);
        routes =
                Stream.concat(agentRoutes.routes().stream(), startupRoutes.routes().stream())
                        .toList();
        subsystems =
                new Follower<>(
                        context,
                        filter(context, Subsystem.class, "(!(drover.subsystem=core))"),
                        thenHurry(roster::add),
                        thenHurry(roster::remove));
        listening =
                new Follower<>(
                        context,
                        filter(context, Listening.class, ""),
                        thenHurry(agent::add),
                        thenHurry(agent::remove));
        pace = new Pace(settings.pollInterval(), settings.calmInterval(), settings.calmAfter());
        thread = new ScheduledThreadPoolExecutor(1, CoreComponent::thread);
        thread.setRemoveOnCancelPolicy(true);
        thread.execute(subsystems::open);
        thread.execute(listening::open);
        notices = new ServiceNotices(context, agent, settings.pollInterval(), thread);
        selfChecks = new SelfChecks(context, agent, settings, clock, clockSteps, thread);
        flares =
                new FlareDesk(
                        context,
                        components,
                        agent,
                        this,
                        startup,
                        threadWatch.stuck(),
                        selfChecks.diagnosis(),
                        settings.flare(),
                        clock);
        metrics = new CoreMetrics(agent, threadWatch.stuck(), flares, clockSteps);
        thread.execute(round);
        beforeStop =
                context.registerService(
                        Runnable.class,
                        this::prepareToStop,
                        FrameworkUtil.asDictionary(Map.of("drover.shutdown", "prepare")));
    }

    /**
     * Without its creator's protection domains: they would keep the class loader of every bundle
     * that was on the stack for as long as the thread lives.
     */
    @SuppressWarnings("removal")
    private static Thread thread(Runnable task) {
        return AccessController.doPrivileged(
                (PrivilegedAction<Thread>) () -> new Thread(null, task, "drover-core", 0, false));
    }

    static Filter filter(BundleContext context, Class<?> service, String more) {
        try {
            return context.createFilter("(&(objectClass=" + service.getName() + ")" + more + ")");
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("a constant filter does not parse", e);
        }
    }

    @Deactivate
    void stop() {
        beforeStop.unregister();
        threadWatch.close();
        startups.unregister();
        flares.close();
        selfChecks.close();
        notices.close();
        thread.shutdownNow();
        upkeep.close();
        subsystems.close();
        listening.close();
        agent.stopped();
    }

    private <S> Consumer<S> thenHurry(Consumer<S> change) {
        return change.andThen(service -> hurry());
    }

    /**
     * Called by the thread that registers or withdraws a service, which may be after the stop. Not
     * looked at once: what is being replaced would be seen half-way.
     */
    private void hurry() {
        try {
            thread.execute(
                    () -> {
                        pace.hurry();
                        Duration soon = settings.pollInterval();
                        if (next != null
                                && next.getDelay(TimeUnit.MILLISECONDS) > soon.toMillis()) {
                            lookIn(soon);
                        }
                    });
        } catch (RejectedExecutionException e) {
            LOG.debug("nobody looks any more", e);
        }
    }

    /** The outermost frame of the loop: whatever happens, there is a next round, and only one. */
    private void look() {
        Duration wait = settings.pollInterval();
        try {
            clockSteps.look();
            agent.look();
            wait = pace.next(agent.subsystems(), agent.ready(), System.nanoTime());
        } catch (RuntimeException e) {
            LOG.error("a look at the subsystems failed, the view may be old", e);
        } finally {
            lookIn(wait);
        }
    }

    private void lookIn(Duration wait) {
        if (next != null) {
            next.cancel(false);
        }
        if (!thread.isShutdown()) {
            next = thread.schedule(round, wait.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Called by the launcher, which then stops the container. */
    private void prepareToStop() {
        agent.prepareToStop();
        notices.stopping(settings.drain().plus(STOP_ROOM));
        try {
            TimeUnit.MILLISECONDS.sleep(settings.drain().toMillis());
            stopInOrder();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The launcher waits less for a container that cannot stop, and ends with another code. */
    private void stopInOrder() {
        boot.awaitEnd();
        List<String> late = orderlyStop.run();
        if (!late.isEmpty()) {
            System.setProperty("drover.stop.late", String.join(", ", late));
        }
        agent.progressOfStop("stopping the container");
    }

    /**
     * Stops the framework from a thread of its own: the caller is a component that the stop will
     * end.
     */
    private void endProcess(int exitCode) {
        System.setProperty("drover.exit.code", Integer.toString(exitCode));
        Bundle framework =
                FrameworkUtil.getBundle(CoreComponent.class).getBundleContext().getBundle(0);
        Thread stopper =
                new Thread(
                        () -> {
                            try {
                                stopInOrder();
                                framework.stop();
                            } catch (BundleException e) {
                                LOG.error("the container does not stop after a fatal failure", e);
                            }
                        },
                        "drover-core-exit");
        stopper.setDaemon(true);
        stopper.start();
    }

    @Override
    public String name() {
        return "core";
    }

    @Override
    public List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        steps.add(Step.needed("view", "View of all subsystems", status));
        steps.add(Step.optional("threads", "No thread is stuck", threadWatch.stuck().status()));
        steps.addAll(upkeep.steps());
        return List.copyOf(steps);
    }

    @Override
    public Map<String, Object> facts() {
        return upkeep.facts();
    }

    @Override
    public List<Route> routes() {
        return routes;
    }

    @Override
    public Optional<String> ownerOf(int port) {
        return portOwners.ownerOf(port);
    }

    @Override
    public List<Family> families() {
        List<Family> families = new ArrayList<>(metrics.families());
        families.addAll(upkeep.families());
        return families;
    }

    @Override
    public void collect(Samples out) {
        metrics.collect(out);
        upkeep.collect(out);
    }

    @Override
    public Identity identity() {
        return agent.identity();
    }

    @Override
    public List<SubsystemView> subsystems() {
        return agent.subsystems();
    }

    @Override
    public List<Listening.Bound> listening() {
        return agent.listening();
    }

    @Override
    public boolean ready() {
        return agent.ready();
    }

    @Override
    public boolean started() {
        return agent.started();
    }

    @Override
    public boolean live() {
        return agent.live();
    }
}
