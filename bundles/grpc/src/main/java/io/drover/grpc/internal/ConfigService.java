package io.drover.grpc.internal;

import io.drover.api.config.LiveConfiguration;
import io.drover.api.watch.Heartbeat;
import io.drover.api.watch.Watched;
import io.drover.proto.v1.ConfigEvent;
import io.drover.proto.v1.ConfigGrpc;
import io.drover.proto.v1.ConfigSetting;
import io.drover.proto.v1.ConfigSnapshot;
import io.drover.proto.v1.GetConfigRequest;
import io.drover.proto.v1.GetConfigResponse;
import io.drover.proto.v1.WatchConfigRequest;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maps {@link LiveConfiguration} to {@code drover.v1.Config}; there as long as it is. While
 * somebody watches, what holds is compared with what held, some times a second and from memory, so
 * that every change is seen whoever made it; while nobody does, nothing is done.
 */
@Component(
        service = {BindableService.class, Watched.class},
        configurationPid = "io.drover.grpc",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class ConfigService extends ConfigGrpc.ConfigImplBase implements Watched {

    private static final Logger log = LoggerFactory.getLogger(ConfigService.class);

    private static final Verdict GONE =
            Verdict.away(Verdict.Reason.SERVICE_AWAY, "the configuration has gone; call again");
    private static final Duration STOP = Duration.ofMillis(300);

    private final LiveConfiguration configuration;
    private final Settings settings;
    private final ConfigJournal journal;
    private final RunningCalls running = new RunningCalls();
    private final Set<ConfigFeed> feeds = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean comparing = new AtomicBoolean();
    private final Heartbeat heartbeat = Heartbeat.outside("drover-grpc-config");
    private final ScheduledExecutorService thread = Threads.scheduler(heartbeat);

    @Activate
    public ConfigService(@Reference LiveConfiguration configuration, GrpcConfig config) {
        this(configuration, Settings.from(config));
    }

    ConfigService(LiveConfiguration configuration, Settings settings) {
        this.configuration = configuration;
        this.settings = settings;
        this.journal =
                new ConfigJournal(new SecureRandom().nextLong(), settings.configChangesKept());
    }

    @Deactivate
    void stop() {
        running.endAll(GONE, STOP);
        thread.shutdownNow();
    }

    @Override
    public List<Heartbeat> heartbeats() {
        return List.of(heartbeat);
    }

    @Override
    public void getConfig(GetConfigRequest request, StreamObserver<GetConfigResponse> client) {
        List<ConfigSetting> all =
                configuration.settings().stream()
                        .filter(
                                each ->
                                        request.getSection().isEmpty()
                                                || request.getSection().equals(each.section()))
                        .map(ConfigJournal::message)
                        .toList();
        if (all.isEmpty() && !request.getSection().isEmpty()) {
            client.onError(
                    Verdict.of(
                                    Status.Code.NOT_FOUND,
                                    Verdict.Reason.NOT_FOUND,
                                    "there is no section of that name")
                            .exception());
            return;
        }
        ConfigSnapshot.Builder snapshot = ConfigSnapshot.newBuilder().addAllSettings(all);
        configuration.findings().forEach(each -> snapshot.addFindings(each.sentence()));
        client.onNext(GetConfigResponse.newBuilder().setSnapshot(snapshot).build());
        client.onCompleted();
    }

    @Override
    public void watchConfig(WatchConfigRequest request, StreamObserver<ConfigEvent> client) {
        journal.update(configuration.settings(), configuration.findings());
        ConfigFeed feed = new ConfigFeed(journal, request.getResume(), feeds::remove);
        feeds.add(feed);
        FeedCall.begin(feed, client, thread, running);
        compareLater();
    }

    private void compareLater() {
        if (feeds.isEmpty() || !comparing.compareAndSet(false, true)) {
            return;
        }
        try {
            thread.schedule(this::compare, settings.configPoll().toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The service stops, which ends all calls.
            return;
        }
    }

    private void compare() {
        comparing.set(false);
        try {
            if (journal.update(configuration.settings(), configuration.findings())) {
                feeds.forEach(ConfigFeed::signal);
            }
        } catch (RuntimeException e) {
            // The configuration's own fault; those who watch wait on.
            log.warn("the configuration could not be compared", e);
        }
        compareLater();
    }
}
