package io.drover.config.internal;

import static java.time.temporal.ChronoUnit.SECONDS;

import io.drover.api.agent.Home;
import io.drover.api.config.ChangeListener;
import io.drover.api.config.Finding;
import io.drover.api.config.LiveConfiguration;
import io.drover.api.config.Reload;
import io.drover.api.config.ReloadListener;
import io.drover.api.config.RunTimeSettings;
import io.drover.api.config.Setting;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.api.secret.SecretSources;
import io.drover.api.secret.SecretState;
import io.drover.api.secret.Secrets;
import io.drover.api.status.OnFailure;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import io.drover.api.watch.Heartbeat;
import io.drover.api.watch.Watched;
import io.drover.config.internal.read.SourceFolder;
import io.drover.config.internal.read.SourceReader;
import io.drover.config.internal.schema.Section;
import io.drover.config.internal.secret.SecretThread;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
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
 * Wires {@link Keeper} to OSGi; holds no logic of its own. It takes its own section as it reads it:
 * what hands out configurations cannot wait for one.
 */
@Component(
        configurationPid = "io.drover.config",
        configurationPolicy = ConfigurationPolicy.IGNORE,
        immediate = true)
@Designate(ocd = ConfigConfig.class)
public final class ConfigComponent
        implements LiveConfiguration,
                RunTimeSettings,
                SecretSources,
                ConfigurationListener,
                Subsystem,
                MetricSource,
                Routes,
                Watched {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigComponent.class);

    private static final Duration SIGNAL_RELOAD_MAX = Duration.ofMinutes(1);

    private final List<ReloadListener> reloadListeners = new CopyOnWriteArrayList<>();
    private final List<ChangeListener> changeListeners = new CopyOnWriteArrayList<>();
    private final Clock clock = Clock.systemUTC();
    private final Keeper keeper;
    private final KeeperThread thread;
    private final ConfigMetrics metrics;
    private final List<Route> routes;
    private final SecretThread secrets;
    private final SecretsStep secretsStep;
    private final BundleContext context;
    private boolean secretsOffered;

    @Activate
    public ConfigComponent(BundleContext context, @Reference ConfigurationAdmin admin) {
        Counts counts = new Counts();
        SourceFolder folder = new SourceFolder(Home.ofProcess().etc());
        SourceReader reader = new SourceReader(folder, System.getenv());
        AdminPublisher publisher = new AdminPublisher(admin, StoredCopies.of(admin, context));
        Path audit = Home.ofProcess().log().resolve("secret-audit.jsonl");
        secrets = SecretThread.of(audit, clock, this::offerSecrets);
        secretsStep = new SecretsStep(secrets.store(), clock);
        this.context = context;
        keeper =
                new Keeper(
                        reader,
                        publisher,
                        secrets::take,
                        RunTimeFile.in(Home.ofProcess().run()),
                        this::tellChange,
                        counts,
                        clock);
        metrics = new ConfigMetrics(keeper::view, counts, secrets.store());
        routes =
                Stream.of(
                                new ConfigRoutes(this, keeper::view, keeper::schema),
                                new SettingRoutes(this),
                                new SecretRoutes(this))
                        .flatMap(r -> r.routes().stream())
                        .toList();
        InstalledSections sections = new InstalledSections(context, this::noteSchema);
        thread = new KeeperThread(keeper, folder, sections, clock);
        thread.start();
        context.registerService(
                Runnable.class,
                this::reloadOnSignal,
                FrameworkUtil.asDictionary(Map.of("drover.signal", "HUP")));
    }

    @Deactivate
    void stop() {
        thread.stop();
        secrets.stop();
    }

    /**
     * From now on others may ask for secrets: whoever needs one waits for the service, as it does
     * for any, and does not have to tell a secret that is still asked for from one that cannot be
     * had. The framework takes the service away when this bundle stops.
     */
    private synchronized void offerSecrets() {
        if (!secretsOffered) {
            secretsOffered = true;
            context.registerService(Secrets.class, secrets.store(), null);
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addReloadListener(ReloadListener added) {
        reloadListeners.add(added);
    }

    void removeReloadListener(ReloadListener removed) {
        reloadListeners.remove(removed);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addChangeListener(ChangeListener added) {
        changeListeners.add(added);
    }

    void removeChangeListener(ChangeListener removed) {
        changeListeners.remove(removed);
    }

    private void tellChange(Reload reload) {
        for (ChangeListener listener : changeListeners) {
            try {
                listener.changed(reload);
            } catch (RuntimeException e) {
                LOG.warn("a listener failed: listener={}", listener.getClass().getName(), e);
            }
        }
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        String pid = event.getPid();
        if (pid != null && pid.startsWith(Section.PID_PREFIX)) {
            thread.noteEdit();
        }
    }

    private void noteSchema() {
        thread.noteSchema();
    }

    @Override
    public List<Setting> settings() {
        return keeper.view().settings();
    }

    @Override
    public List<Finding> findings() {
        return keeper.view().findings();
    }

    @Override
    public Reload reload(Duration timeout) throws TimeoutException, InterruptedException {
        List<ReloadListener> told = List.copyOf(reloadListeners);
        told.forEach(ReloadListener::reloading);
        try {
            return thread.reload(timeout);
        } finally {
            told.forEach(ReloadListener::reloaded);
        }
    }

    @Override
    public List<Heartbeat> heartbeats() {
        return List.of(thread.heartbeat());
    }

    @Override
    public Reload set(String section, String key, String text, Duration lifetime, Duration timeout)
            throws TimeoutException, InterruptedException {
        Instant until =
                lifetime == null ? null : clock.instant().plus(lifetime).truncatedTo(SECONDS);
        return thread.set(new RunTime.Entry(section, key, text, until), timeout);
    }

    @Override
    public Reload unset(String section, String key, Duration timeout)
            throws TimeoutException, InterruptedException {
        return thread.unset(section + "." + key, timeout);
    }

    /** SIGHUP: called by the launcher, on a thread that the JVM made for the signal. */
    private void reloadOnSignal() {
        try {
            reload(SIGNAL_RELOAD_MAX);
        } catch (TimeoutException e) {
            LOG.warn("SIGHUP: not read in time: within={}", SIGNAL_RELOAD_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String name() {
        return Settings.SECTION;
    }

    @Override
    public List<Step> steps() {
        return List.of(
                Step.fatal(
                        "configuration",
                        "Configuration read and valid",
                        OnFailure.EXIT_CONFIGURATION,
                        keeper.view().status()),
                Step.optional("secrets", "Secrets resolved", secretsStep.status()));
    }

    @Override
    public List<SecretState> states() {
        return secrets.store().states();
    }

    @Override
    public List<SecretState> refresh(Duration timeout)
            throws TimeoutException, InterruptedException {
        return secrets.refresh(timeout);
    }

    @Override
    public Map<String, Object> facts() {
        View view = keeper.view();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("files", String.join(", ", view.files()));
        facts.put("last_read", view.lastRead());
        facts.put("last_read_successful", view.lastRead().equals(view.lastAccepted()));
        facts.put("findings", view.findings().size());
        if (!view.ignored().isEmpty()) {
            facts.put("variables_ignored", String.join(", ", new TreeSet<>(view.ignored())));
        }
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
        return routes;
    }
}
