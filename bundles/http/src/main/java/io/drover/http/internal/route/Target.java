package io.drover.http.internal.route;

import io.drover.api.http.Method;
import io.drover.api.http.Route;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a path leads to.
 *
 * @param routes by method
 * @param values of the path's {@code {name}} segments, in their order
 */
record Target(Map<Method, Entry> routes, List<String> values) {

    /**
     * @param source whose route it is
     * @param names of the path's {@code {name}} segments, in their order
     */
    record Entry(Route route, Source source, List<String> names) {}

    Set<Method> methods() {
        return routes.keySet();
    }

    /** The value of a {@code {name}} segment; null if {@code method}'s route has none so named. */
    String value(Method method, String name) {
        int index = routes.get(method).names().indexOf(name);
        return index < 0 ? null : values.get(index);
    }
}
