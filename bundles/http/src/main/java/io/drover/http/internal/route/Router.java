package io.drover.http.internal.route;

import io.drover.api.http.Endpoint;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of all bundles, as they come and go. Requests see one whole table each. A route whose
 * bundle has gone keeps its place for a while: it may only be being replaced. Any thread.
 */
public final class Router {

    private static final Logger log = LoggerFactory.getLogger(Router.class);

    /** A request that is inside of a bundle's code may end before the bundle goes on to stop. */
    private static final Duration PATIENCE = Duration.ofMillis(300);

    private final LongAdder refusals = new LongAdder();
    private final List<Source> sources = new ArrayList<>();
    private final LongSupplier nanoTime;
    private volatile RouteTable table;
    private volatile Runnable onAdd = () -> {};

    /**
     * @param own routes of this bundle itself, which nobody can take away
     * @param nanoTime as {@link System#nanoTime}
     */
    public Router(Collection<Route> own, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        sources.add(new Source(null, List.copyOf(own), false, nanoTime.getAsLong()));
        this.table = RouteTable.of(sources);
    }

    /** Calls {@code listener} after routes have come; it must not block. */
    public void onAdd(Runnable listener) {
        onAdd = listener;
    }

    /**
     * Serves one more bundle's routes; those whose place is taken are refused and logged. A service
     * that is added already is not added again: where components refer to each other in a circle,
     * Declarative Services may bind one twice.
     */
    public void add(Routes added) {
        synchronized (this) {
            if (sources.stream().anyMatch(s -> s.service() == added && !s.gone())) {
                return;
            }
            List<Route> routes = List.copyOf(added.routes());
            boolean replacement =
                    sources.stream().filter(Source::gone).anyMatch(s -> shares(s, routes));
            sources.add(new Source(added, routes, replacement, nanoTime.getAsLong()));
            rebuild();
        }
        onAdd.run();
    }

    private static boolean shares(Source source, List<Route> routes) {
        return source.routes().stream()
                .anyMatch(
                        one ->
                                routes.stream()
                                        .anyMatch(
                                                two ->
                                                        one.method() == two.method()
                                                                && one.path().equals(two.path())));
    }

    /**
     * Runs them no longer; routes that were refused for their sake are served now. Waits a moment
     * for the requests that are inside of them.
     */
    public void remove(Routes removed) {
        Source going;
        synchronized (this) {
            going =
                    sources.stream()
                            .filter(s -> s.service() == removed && !s.gone())
                            .findFirst()
                            .orElse(null);
        }
        if (going != null) {
            going.go(PATIENCE, nanoTime.getAsLong());
            synchronized (this) {
                rebuild();
            }
        }
    }

    /** Expects those back no longer that have been gone for {@code time}. */
    public synchronized void forget(Duration time) {
        long now = nanoTime.getAsLong();
        if (sources.removeIf(s -> s.gone() && now - s.goneAt() >= time.toNanos())) {
            rebuild();
        }
    }

    private void rebuild() {
        Set<Route> known = new HashSet<>(table.refused());
        table = RouteTable.of(sources);
        // One whose every route is served by somebody else is not waited for, and its classes go.
        Set<Route> placed = new HashSet<>(table.routes());
        if (sources.removeIf(s -> s.gone() && s.routes().stream().noneMatch(placed::contains))) {
            table = RouteTable.of(sources);
        }
        for (Route route : table.refused()) {
            if (known.add(route)) {
                refusals.increment();
                log.warn(
                        "route refused, another has its place: listener={} method={} path={}",
                        route.endpoint(),
                        route.method(),
                        route.path());
            }
        }
    }

    Optional<Target> find(Endpoint endpoint, List<String> segments) {
        return table.find(endpoint, segments);
    }

    /** Those that are served now, and those that are expected back. */
    public List<Route> routes() {
        return table.routes();
    }

    /** How many were refused so far. */
    public long refusals() {
        return refusals.sum();
    }
}
