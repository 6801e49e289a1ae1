package io.drover.http.internal.route;

import io.drover.api.http.Endpoint;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of all bundles, as they come and go. Requests see one whole table each. Any thread.
 */
public final class Router {

    private static final Logger log = LoggerFactory.getLogger(Router.class);

    private final LongAdder refusals = new LongAdder();
    private final List<Source> sources = new ArrayList<>();
    private final List<Route> own;
    private volatile RouteTable table;

    /** The routes of one bundle, asked for once. */
    private record Source(Routes service, List<Route> routes) {}

    /**
     * @param own routes of this bundle itself, which nobody can take away
     */
    public Router(Collection<Route> own) {
        this.own = List.copyOf(own);
        this.table = RouteTable.of(own);
    }

    /**
     * Serves one more bundle's routes; those whose place is taken are refused and logged. A service
     * that is added already is not added again: where components refer to each other in a circle,
     * Declarative Services may bind one twice.
     */
    public synchronized void add(Routes added) {
        if (sources.stream().noneMatch(source -> source.service == added)) {
            sources.add(new Source(added, List.copyOf(added.routes())));
            rebuild();
        }
    }

    /** Serves them no longer; routes that were refused for their sake are served now. */
    public synchronized void remove(Routes removed) {
        sources.removeIf(source -> source.service == removed);
        rebuild();
    }

    private void rebuild() {
        List<Route> all = new ArrayList<>(own);
        sources.forEach(source -> all.addAll(source.routes));
        Set<Route> known = new HashSet<>(table.refused());
        table = RouteTable.of(all);
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

    /** Those that are served now. */
    public List<Route> routes() {
        return table.routes();
    }

    /** How many were refused so far. */
    public long refusals() {
        return refusals.sum();
    }
}
