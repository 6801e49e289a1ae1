package io.drover.http.internal.route;

import io.drover.api.http.Endpoint;
import io.drover.api.http.Method;
import io.drover.api.http.Route;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All routes at one moment; immutable. A literal segment wins over {@code {name}}; a path is one
 * resource, whose methods are those of the winning shape alone.
 */
final class RouteTable {

    private final Map<Endpoint, Node> roots;
    private final List<Route> routes;
    private final List<Route> refused;

    private RouteTable(Map<Endpoint, Node> roots, List<Route> routes, List<Route> refused) {
        this.roots = roots;
        this.routes = Collections.unmodifiableList(routes);
        this.refused = Collections.unmodifiableList(refused);
    }

    /**
     * Of two routes with the same method and shape the first one is taken, the other refused; one
     * of a source that is gone keeps its place only while nobody else has it.
     */
    static RouteTable of(Collection<Source> sources) {
        Map<Endpoint, Node> roots = new EnumMap<>(Endpoint.class);
        List<Route> taken = new ArrayList<>();
        List<Route> refused = new ArrayList<>();
        for (boolean gone : new boolean[] {false, true}) {
            for (Source source : sources) {
                if (source.gone() == gone) {
                    place(source, roots, taken, gone ? new ArrayList<>() : refused);
                }
            }
        }
        return new RouteTable(roots, taken, refused);
    }

    private static void place(
            Source source, Map<Endpoint, Node> roots, List<Route> taken, List<Route> refused) {
        for (Route route : source.routes()) {
            Node root = roots.computeIfAbsent(route.endpoint(), e -> new Node());
            (root.add(route, source) ? taken : refused).add(route);
        }
    }

    /** What the decoded segments lead to. */
    Optional<Target> find(Endpoint endpoint, List<String> segments) {
        Node root = roots.get(endpoint);
        return root == null
                ? Optional.empty()
                : Optional.ofNullable(root.find(segments, 0, new ArrayList<>()));
    }

    /** Those that are served, and those that are expected back. */
    List<Route> routes() {
        return routes;
    }

    /** Those that are not, because another has their place. */
    List<Route> refused() {
        return refused;
    }

    private static final class Node {

        private final Map<String, Node> literals = new HashMap<>();
        private final Map<Method, Target.Entry> entries = new EnumMap<>(Method.class);
        private Node named;

        boolean add(Route route, Source source) {
            Node node = this;
            List<String> names = new ArrayList<>();
            for (String segment : route.path().substring(1).split("/", -1)) {
                if (segment.startsWith("{")) {
                    names.add(segment.substring(1, segment.length() - 1));
                    node = node.named();
                } else {
                    node = node.literals.computeIfAbsent(segment, s -> new Node());
                }
            }
            return node.entries.putIfAbsent(
                            route.method(), new Target.Entry(route, source, List.copyOf(names)))
                    == null;
        }

        private Node named() {
            if (named == null) {
                named = new Node();
            }
            return named;
        }

        Target find(List<String> segments, int index, List<String> values) {
            if (index == segments.size()) {
                return entries.isEmpty() ? null : new Target(entries, List.copyOf(values));
            }
            String segment = segments.get(index);
            Node literal = literals.get(segment);
            Target found = literal == null ? null : literal.find(segments, index + 1, values);
            if (found != null || named == null || segment.isEmpty()) {
                return found;
            }
            values.add(segment);
            found = named.find(segments, index + 1, values);
            values.remove(values.size() - 1);
            return found;
        }
    }
}
