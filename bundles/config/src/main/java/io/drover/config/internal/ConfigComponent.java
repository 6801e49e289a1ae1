package io.drover.config.internal;

import io.drover.api.agent.Home;
import io.drover.api.config.Finding;
import io.drover.api.config.LiveConfiguration;
import io.drover.api.config.Reload;
import io.drover.api.config.ReloadListener;
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
import io.drover.config.internal.secret.SecretThread;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
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
 * Wires {@link Keeper} to OSGi; holds no logic of its own. It takes its own section as it reads it:
 * what hands out configurations cannot wait for one.
 */
@Component(
        configurationPid = "io.drover.config",
        configurationPolicy = ConfigurationPolicy.IGNORE,
        immediate = true)
@Designate(ocd = ConfigConfig.class)
public final class ConfigComponent
        implements LiveConfiguration, SecretSources, Subsystem, MetricSource, Routes, Watched {

    private final List<ReloadListener> reloadListeners = new CopyOnWriteArrayList<>();
    private final Keeper keeper;
    private final KeeperThread thread;
    private final ConfigMetrics metrics;
    private final ConfigRoutes routes;
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
        Clock clock = Clock.systemUTC();
        Path audit = Home.ofProcess().log().resolve("secret-audit.jsonl");
        secrets = SecretThread.of(audit, clock, this::offerSecrets);
        secretsStep = new SecretsStep(secrets.store(), clock);
        this.context = context;
        keeper = new Keeper(reader, publisher, secrets::take, counts, clock);
        metrics = new ConfigMetrics(keeper::view, counts, secrets.store());
        routes = new ConfigRoutes(this, keeper::view);
        InstalledSections sections = new InstalledSections(context, this::noteSchema);
        thread = new KeeperThread(keeper, folder, sections);
        thread.start();
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
        return routes.routes();
    }
}
