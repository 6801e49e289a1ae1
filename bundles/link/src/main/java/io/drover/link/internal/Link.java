package io.drover.link.internal;

import io.drover.api.metadata.Entry;
import io.drover.api.metadata.Metadata;
import io.drover.api.metrics.Samples;
import io.drover.api.security.ClusterCredentials;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.api.watch.Heartbeat;
import io.drover.proto.v1.MetadataEvent;
import io.drover.proto.v1.WatchMetadataRequest;
import java.net.InetAddress;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The link as a whole: one stream of metadata from whichever replica answers. Any thread. */
final class Link implements Following.Sink<MetadataEvent> {

    private static final Logger log = LoggerFactory.getLogger(Link.class);
    private static final long STOP_MILLIS = 400;

    private final Settings settings;
    private final Clock clock;
    private final LinkFigures figures = new LinkFigures();
    private final Heartbeat heartbeat = Heartbeat.outside("drover-link");
    private final ScheduledExecutorService thread = Threads.scheduler(heartbeat);
    private final LinkedMetadata metadata;
    private final Connection connection;
    private final Following<WatchMetadataRequest, MetadataEvent> following;
    private final Patience patience;

    private volatile Status status;

    /**
     * @param resolver asked for the addresses of the endpoints
     * @param credentials what is shown to the cluster agent
     */
    Link(
            Settings settings,
            Replicas.Resolver resolver,
            Supplier<Optional<ClusterCredentials>> credentials,
            Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.metadata = new LinkedMetadata(settings, clock);
        Random chance = new Random();
        this.connection =
                new Connection(
                        "drover-link-io",
                        settings,
                        new Replicas("link.endpoints", settings.endpoints(), resolver, chance),
                        credentials,
                        thread);
        this.following =
                new Following<>(
                        thread,
                        connection,
                        new MetadataRpc(connection.token()),
                        this,
                        new BackOff(
                                settings.backOffMin(), settings.backOffMax(), chance::nextDouble),
                        figures);
        this.patience = new Patience(thread, settings.snapshotWait(), following::elsewhere);
        this.status = Status.starting(clock.instant());
    }

    /** Asks the real DNS. */
    static InetAddress[] dns(String host) throws java.net.UnknownHostException {
        return InetAddress.getAllByName(host);
    }

    /** Begins to follow. Never blocks. */
    void start() {
        following.start();
    }

    /** What the cluster agent has told. */
    Metadata metadata() {
        return metadata;
    }

    @Override
    public void message(MetadataEvent event) {
        patience.heard();
        switch (event.getEventCase()) {
            case BEGIN -> begin();
            case COMPLETE -> complete();
            case PUT -> EntryMessages.entry(event.getPut()).ifPresent(metadata::put);
            case REMOVED -> EntryMessages.ref(event.getRemoved()).ifPresent(metadata::remove);
            case EVENT_NOT_SET -> log.debug("an event of a newer version is passed over");
        }
    }

    private void begin() {
        metadata.begin();
        patience.begin();
        String why =
                "the cluster agent "
                        + connection.peer()
                        + " has begun a snapshot that is not complete yet";
        status =
                metadata.known()
                        ? status.toDegraded(
                                why + "; what was known before is used until it is",
                                "another replica is tried by itself; see link.snapshot_wait_ms",
                                clock.instant())
                        : status.toWaiting(why, clock.instant());
    }

    private void complete() {
        patience.end();
        metadata.complete();
        log.info("metadata comes in: replica={} entries={}", connection.peer(), metadata.size());
        status = status.toActive(clock.instant());
        sayDropped();
    }

    private void sayDropped() {
        if (metadata.dropped() > 0) {
            status =
                    status.toDegraded(
                            metadata.dropped()
                                    + " objects of the cluster are left out: there is room for "
                                    + settings.entriesMax(),
                            "raise link.entries_max",
                            clock.instant());
        }
    }

    @Override
    public void away(String reason) {
        patience.end();
        metadata.away(reason);
        String why = "the cluster agent " + connection.peer() + " is not followed: " + reason;
        if (!why.equals(status.reason())) {
            log.info("{}", why);
        }
        status =
                status.toDegraded(
                        why, "it is tried again by itself; see link.endpoints", clock.instant());
    }

    /** The sign of life of its thread, which may wait for DNS. */
    Heartbeat heartbeat() {
        return heartbeat;
    }

    /** Its step. */
    Step step() {
        return Step.optional("cluster-agent", "Link to the cluster agent", status);
    }

    /** Facts for people. */
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("replica", connection.peer());
        facts.put("phase", metadata.state().phase().name().toLowerCase(java.util.Locale.ROOT));
        if (metadata.known()) {
            facts.put("stale_seconds", metadata.staleFor().toSeconds());
        }
        metadata.sizes()
                .forEach(
                        (kind, count) ->
                                facts.put(
                                        kind.name().toLowerCase(java.util.Locale.ROOT) + "_entries",
                                        count));
        return facts;
    }

    void collect(Samples out) {
        figures.collect(
                out,
                metadata.state().phase() == Metadata.Phase.LIVE,
                metadata.staleFor(),
                metadata.size(),
                metadata.dropped());
    }

    /** Who has an address, as far as the cluster agent has told. */
    Optional<Entry> at(InetAddress address) {
        return metadata.at(address);
    }

    /** Ends the stream, the connection and the threads, within half a second. */
    void stop() {
        try {
            thread.submit(
                            () -> {
                                following.close();
                                metadata.end();
                            })
                    .get(STOP_MILLIS / 2, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the link did not end cleanly", e);
        }
        connection.close();
        thread.shutdownNow();
    }
}
