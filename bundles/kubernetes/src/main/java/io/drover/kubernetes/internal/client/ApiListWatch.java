package io.drover.kubernetes.internal.client;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ResourceType;
import io.drover.kubernetes.internal.watch.ListWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Lists and watches of one kind on the API server. Where it can, it lets the watch begin with all
 * objects (KEP-3157): they come one by one, where a list is one document of many megabytes.
 */
public final class ApiListWatch implements ListWatch {

    private static final int PAGE = 250;

    private final Connection connection;
    private final ObjectKind kind;
    private final String namespace;
    private final Shape shape;
    private final String selector;
    private final Duration readTimeout;

    /** As it was when {@link #presence} said that it is served. */
    private volatile ResourceType type;

    /**
     * @param namespace empty for all
     * @param shape what is read of each object
     * @param selector further parts of the query, {@code &fieldSelector=…}; may be empty
     * @param readTimeout until the API server answers
     */
    public ApiListWatch(
            Connection connection,
            ObjectKind kind,
            String namespace,
            Shape shape,
            String selector,
            Duration readTimeout) {
        this.connection = connection;
        this.kind = kind;
        this.namespace = namespace;
        this.shape = shape;
        this.selector = selector;
        this.readTimeout = readTimeout;
    }

    @Override
    public Presence presence() throws ClusterException {
        Optional<Session> session = connection.now();
        if (session.isEmpty()) {
            return Presence.NO_CLUSTER;
        }
        Optional<ResourceType> found = session.get().discovery().find(kind);
        type = found.orElse(null);
        return found.isPresent() ? Presence.SERVED : Presence.NO_KIND;
    }

    @Override
    public void forget() {
        connection.now().ifPresent(session -> session.discovery().forget(kind));
    }

    @Override
    public String problem() {
        return connection.view().problem();
    }

    @Override
    public String list(Consumer<KubeObject> objects) throws ClusterException {
        String path = Paths.of(type, namespace) + "?limit=" + PAGE + selector;
        String next = "";
        while (true) {
            Map<String, Object> page =
                    connection.require().reads().get(path + next, shape.list(), readTimeout);
            items(page, kind).forEach(objects);
            Map<String, Object> metadata = KubeObject.map(page, "metadata");
            String more = KubeObject.text(metadata, "continue");
            if (more.isEmpty()) {
                return KubeObject.text(metadata, "resourceVersion");
            }
            next = "&continue=" + Paths.query(more);
        }
    }

    @Override
    public Runnable watch(String version, Duration duration, Listener listener) {
        StringBuilder path = new StringBuilder();
        try {
            path.append(Paths.of(type, namespace));
        } catch (ClusterException e) {
            listener.ended(new End(Why.BROKEN, Duration.ZERO, e.getMessage()));
            return () -> {};
        }
        path.append("?watch=true&allowWatchBookmarks=true&timeoutSeconds=")
                .append(Math.max(1, duration.toSeconds()));
        if (version.isEmpty()) {
            path.append("&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");
        } else {
            path.append("&resourceVersion=").append(Paths.query(version));
        }
        path.append(selector);
        Session session = connection.session().getNow(null);
        WatchStream stream =
                session.watch(
                        path.toString(),
                        shape,
                        readTimeout,
                        new Adapter(listener, version.isEmpty(), kind));
        return stream::close;
    }

    /** The items of a list; they do not say what they are. */
    static List<KubeObject> items(Map<String, Object> page, ObjectKind kind) {
        List<KubeObject> objects = new ArrayList<>();
        if (page.get("items") instanceof List<?> items) {
            for (Object item : items) {
                if (item instanceof Map<?, ?> map) {
                    Map<Object, Object> whole = new LinkedHashMap<>(map);
                    whole.putIfAbsent("apiVersion", kind.apiVersion());
                    whole.putIfAbsent("kind", kind.kind());
                    objects.add(Trees.object(whole));
                }
            }
        }
        return objects;
    }

    /** From what the API server says to what an informer has to know. */
    private record Adapter(Listener to, boolean initial, ObjectKind kind)
            implements WatchStream.Listener {

        @Override
        public void opened() {
            to.opened();
        }

        @Override
        public void event(String type, Map<String, Object> tree) {
            KubeObject object = new KubeObject(tree);
            switch (type) {
                case "ADDED", "MODIFIED" -> to.put(object);
                case "DELETED" -> to.removed(object);
                case "BOOKMARK" -> {
                    Map<String, Object> annotations =
                            KubeObject.map(object.metadata(), "annotations");
                    if (KubeObject.text(annotations, Shape.INITIAL_EVENTS_END).equals("true")) {
                        to.complete(object.resourceVersion());
                    } else {
                        to.bookmark(object.resourceVersion());
                    }
                }
                default -> {} // a type of a later version: it asks nothing of us
            }
        }

        @Override
        public void ended(WatchStream.End end) {
            to.ended(new End(why(end), end.retryAfter(), end.why()));
        }

        private Why why(WatchStream.End end) {
            if (end.why().contains("Too large resource version")) {
                return Why.EXPIRED; // the cluster was set back, from a backup for example
            }
            return switch (end.code()) {
                case 200 -> Why.REGULAR;
                case 410 -> Why.EXPIRED;
                case 404 -> Why.KIND_GONE;
                case 400, 422 -> initial ? Why.NO_STREAMED_LIST : Why.BROKEN;
                default -> Why.BROKEN;
            };
        }
    }
}
