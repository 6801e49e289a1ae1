package io.drover.autoscaling.internal;

import io.drover.api.agent.Home;
import io.drover.api.autoscaling.Autoscaler;
import io.drover.api.autoscaling.Autoscalers;
import io.drover.api.autoscaling.DecisionJournal;
import io.drover.api.autoscaling.Decisions;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.kubernetes.Cluster;
import io.drover.api.kubernetes.Elections;
import io.drover.api.kubernetes.EventRecorder;
import io.drover.api.kubernetes.Right;
import io.drover.api.kubernetes.Rights;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import io.drover.api.watch.Heartbeat;
import io.drover.api.watch.Watched;
import io.drover.autoscaling.internal.guard.Budgets;
import io.drover.autoscaling.internal.guard.Slots;
import io.drover.autoscaling.internal.journal.Entry;
import io.drover.autoscaling.internal.journal.Journal;
import io.drover.autoscaling.internal.journal.Limits;
import io.drover.autoscaling.internal.remote.Prometheus;
import io.drover.autoscaling.internal.remote.Recommenders;
import io.drover.autoscaling.internal.source.PodIndex;
import io.drover.autoscaling.internal.source.PodUsage;
import io.drover.autoscaling.internal.source.Rivals;
import io.drover.autoscaling.internal.source.Targets;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** Wires {@link Controller} to OSGi; holds no logic of its own. */
@Component(
        service = {
            Subsystem.class,
            MetricSource.class,
            Routes.class,
            Autoscalers.class,
            DecisionJournal.class,
            Rights.class,
            Watched.class
        },
        immediate = true,
        configurationPid = "io.drover.autoscaling",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = AutoscalingConfig.class)
public final class AutoscalingComponent
        implements Subsystem, MetricSource, Routes, Autoscalers, DecisionJournal, Rights, Watched {

    private final PodIndex pods;
    private final PodUsage usage;
    private final Prometheus prometheus;
    private final Recommenders recommenders;
    private final Resizer resizer;
    private final Rivals rivals;
    private final Targets targets;
    private final Controller controller;
    private final Journal journal;
    private final JournalStep journalStep;
    private final JournalText journalText;
    private final ControllerStep step;
    private final AutoscalingMetrics metrics;
    private final AutoscalingRoutes routes;
    private final KnownAutoscalers known;
    private final List<Right> rights;

    @Activate
    public AutoscalingComponent(
            AutoscalingConfig config,
            @Reference Cluster cluster,
            @Reference Elections elections,
            @Reference EventRecorder events) {
        Clock clock = Clock.systemUTC();
        Counters counters = new Counters();
        Settings settings = Settings.from(config);
        rights = NeededRights.of(settings);
        DecisionLog decisions = new DecisionLog(settings.decisionsKept());
        Limits limits = JournalSettings.from(config);
        RemoteSettings remote = RemoteSettings.from(config);
        GuardSettings guard = GuardSettings.from(config);
        Slots slots = guard.slots();
        Budgets budgets = guard.budgets();
        AtomicReference<Consumer<Entry>> sink = new AtomicReference<>(entry -> {});
        DecisionRecord record = new DecisionRecord(entry -> sink.get().accept(entry));
        journal =
                new Journal(
                        Home.ofProcess().state().resolve("autoscaling"),
                        limits,
                        entry -> record.found(entry, clock.millis()));
        sink.set(journal::add);
        journalStep = new JournalStep(journal, clock);
        targets = new Targets(cluster, settings.namespace());
        pods = new PodIndex(cluster, settings.namespace());
        usage =
                new PodUsage(
                        cluster,
                        settings.usageInterval(),
                        settings.usageEager(),
                        settings.usageParallel(),
                        settings.checkInterval(),
                        settings.usagePodsMax(),
                        System::nanoTime);
        prometheus =
                Prometheus.at(
                        remote.queryUrl(),
                        remote.query(),
                        remote.queryBytesMax(),
                        remote.queryTls(),
                        remote.queryTokenFile(),
                        clock,
                        System::nanoTime);
        recommenders =
                Recommenders.of(
                        remote.recommenders(),
                        remote.cluster(),
                        remote.recommender(),
                        remote.recommenderBytesMax(),
                        remote.recommenderTls(),
                        clock,
                        System::nanoTime);
        AtomicReference<Consumer<String>> told = new AtomicReference<>(namespace -> {});
        rivals =
                new Rivals(
                        cluster, settings.namespace(), namespace -> told.get().accept(namespace));
        resizer =
                new Resizer(
                        cluster,
                        rivals,
                        counters,
                        settings.checkInterval(),
                        settings.usagePodsMax());
        controller =
                new Controller(
                        settings,
                        cluster,
                        elections,
                        new Reconciler(
                                cluster,
                                events,
                                targets,
                                new Sampler(pods, usage, prometheus, recommenders),
                                resizer,
                                rivals,
                                slots,
                                budgets,
                                counters,
                                record,
                                clock),
                        rivals,
                        slots,
                        budgets,
                        this::gone,
                        new CrdInstaller(cluster),
                        decisions,
                        counters);
        usage.tell(controller::changed);
        pods.tell(controller::changed);
        prometheus.tell(controller::changedObject);
        recommenders.tell(controller::changedObject);
        told.set(controller::changed);
        step = new ControllerStep(controller, clock);
        metrics =
                new AutoscalingMetrics(
                        controller, counters, journal, prometheus, recommenders, slots, budgets);
        JournalRoutes journalRoutes = new JournalRoutes(journal, clock);
        routes = new AutoscalingRoutes(controller, journalRoutes);
        journalText = new JournalText(journal, clock);
        known = new KnownAutoscalers(controller, decisions);
    }

    private void gone(String object) {
        prometheus.forget(object);
        recommenders.forget(object);
        resizer.forget(object);
    }

    @Deactivate
    void stop() {
        usage.close();
        prometheus.close();
        recommenders.close();
        controller.close();
        rivals.close();
        targets.close();
        pods.close();
        journal.close(); // last: what was decided until now is written
    }

    @Override
    public String name() {
        return "autoscaling";
    }

    @Override
    public List<Heartbeat> heartbeats() {
        List<Heartbeat> all = new ArrayList<>(controller.heartbeats());
        all.add(usage.heartbeat());
        all.add(prometheus.heartbeat());
        all.add(recommenders.heartbeat());
        all.add(journal.heartbeat());
        return List.copyOf(all);
    }

    @Override
    public List<Step> steps() {
        return List.of(step.step(), journalStep.step());
    }

    @Override
    public Map<String, Object> facts() {
        Map<String, Object> facts = step.facts();
        journalStep.facts(facts);
        return facts;
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
    public List<Right> rights() {
        return rights;
    }

    @Override
    public Standing standing() {
        return known.standing();
    }

    @Override
    public List<Autoscaler> all() {
        return known.all();
    }

    @Override
    public Optional<Autoscaler> find(String namespace, String name) {
        return known.find(namespace, name);
    }

    @Override
    public Optional<Explanation> explain(String namespace, String name) {
        return known.explain(namespace, name);
    }

    @Override
    public Optional<String> text(String namespace, String name, Map<String, String> supposed) {
        return known.text(namespace, name, supposed);
    }

    @Override
    public String entries(String object, long sinceSeconds, int limit) throws IOException {
        return journalText.entries(object, sinceSeconds, limit);
    }

    @Override
    public Verdict verify() throws IOException {
        return journalText.verify();
    }

    @Override
    public Decisions decisions() {
        return known.decisions();
    }
}
