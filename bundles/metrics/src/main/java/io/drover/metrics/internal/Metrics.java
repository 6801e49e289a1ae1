package io.drover.metrics.internal;

import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.status.OnFailure;
import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The registry as a part of the agent: its page and its state. Any thread. */
final class Metrics implements Subsystem, Routes {

    private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);
    private static final String TITLE = "Metrics registry";

    private final Registry registry;
    private final Clock clock;
    private final List<Route> routes;
    private volatile String refused = "";
    private volatile boolean fatal;
    private volatile Status status;

    Metrics(Registry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
        this.routes =
                List.of(new PageRoute(registry).route(), new CatalogueRoute(registry).route());
        this.status = Status.active(clock.instant());
    }

    /** A configuration was taken over. */
    void accepted() {
        refused = "";
        fatal = false;
    }

    /** A change of the configuration was not taken over. */
    void refused(String findings) {
        LOG.warn("configuration refused: {}", findings);
        refused = "configuration refused: " + findings;
    }

    /** The first configuration was wrong. */
    void refusedAtStart(String findings) {
        refused(findings);
        fatal = true;
    }

    @Override
    public List<Route> routes() {
        return routes;
    }

    @Override
    public String name() {
        return "metrics";
    }

    @Override
    public List<Step> steps() {
        Status now = newest();
        return List.of(
                now.state() == State.FAILED
                        ? Step.fatal("registry", TITLE, OnFailure.EXIT_CONFIGURATION, now)
                        : Step.needed("registry", TITLE, now));
    }

    @Override
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("sources", registry.sources().size());
        facts.put("series", registry.series());
        facts.put("scrapes", registry.scrapes());
        facts.put("scrape_seconds", registry.seconds());
        return facts;
    }

    private synchronized Status newest() {
        String reason = reason();
        if (reason.isEmpty()) {
            status = status.toActive(clock.instant());
        } else if (fatal) {
            status = status.toFailed(reason, remedy(), clock.instant());
        } else if (!reason.equals(status.reason())) {
            status = status.toDegraded(reason, remedy(), clock.instant());
        }
        return status;
    }

    private String reason() {
        if (!refused.isEmpty()) {
            return refused;
        }
        return registry.sources().stream()
                .map(Metrics::trouble)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("; "));
    }

    private static String trouble(Source source) {
        if (!source.failure().isEmpty()) {
            return source.name() + " " + source.failure();
        }
        return source.overflowing().isEmpty()
                ? ""
                : source.name()
                        + " has more series of "
                        + source.overflowing()
                        + " than metrics.series_per_family_max";
    }

    private String remedy() {
        return refused.isEmpty()
                ? "the page goes without these series, or has their sum; the log has the cause"
                : "correct the section metrics of drover.yaml";
    }
}
