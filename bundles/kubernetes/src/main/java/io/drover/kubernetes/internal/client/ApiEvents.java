package io.drover.kubernetes.internal.client;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.EventRecorder.Severity;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ObjectRef;
import io.drover.api.kubernetes.ResourceType;
import io.drover.api.kubernetes.Right;
import io.drover.kubernetes.internal.event.Emission.What;
import io.drover.kubernetes.internal.event.EventSink;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Events of {@code events.k8s.io/v1}, served since Kubernetes 1.19: it has a series with a count of
 * its own, where the older core form needs a read of the old count before each write; {@code
 * kubectl describe} and {@code get events} show both alike. Used by one thread.
 */
public final class ApiEvents implements EventSink {

    private static final ResourceType EVENT =
            new ResourceType(new ObjectKind("events.k8s.io/v1", "Event"), "events", true, Set.of());
    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final int INSTANCE_MAX = 128;

    /** What telling events needs. */
    public static final Right RIGHT =
            Right.to(
                    List.of("create", "patch"),
                    "events.k8s.io",
                    List.of("events"),
                    "events",
                    "events about autoscalers, in their namespaces; patch for the count of equal ones.");

    private final Connection connection;
    private final String instance;
    private final Duration timeout;

    /**
     * @param instance which replica tells it
     * @param timeout for one request
     */
    public ApiEvents(Connection connection, String instance, Duration timeout) {
        this.connection = connection;
        this.instance =
                instance.length() > INSTANCE_MAX ? instance.substring(0, INSTANCE_MAX) : instance;
        this.timeout = timeout;
    }

    @Override
    public void create(String name, What what, Instant at) throws ClusterException {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("apiVersion", EVENT.kind().apiVersion());
        event.put("kind", EVENT.kind().kind());
        event.put("metadata", Map.of("name", name, "namespace", namespace(what)));
        event.put("eventTime", MICRO_TIME.format(at));
        event.put("reportingController", what.reporter());
        event.put("reportingInstance", instance);
        event.put("type", what.severity() == Severity.NORMAL ? "Normal" : "Warning");
        event.put("reason", what.reason());
        event.put("action", what.action());
        event.put("note", what.note());
        event.put("regarding", reference(what.regarding()));
        String path = Paths.of(EVENT, namespace(what));
        send("POST", path, ApiCalls.JSON, event);
    }

    @Override
    public void count(String name, What what, int count, Instant last) throws ClusterException {
        Map<String, Object> series =
                Map.of("count", count, "lastObservedTime", MICRO_TIME.format(last));
        String path = Paths.of(EVENT, namespace(what), name, "");
        send("PATCH", path, ApiCalls.MERGE_PATCH, Map.of("series", series));
    }

    private void send(String method, String path, String contentType, Map<String, Object> body)
            throws ClusterException {
        connection.require().writes().send(method, path, contentType, body, timeout, () -> {});
    }

    private static String namespace(What what) {
        String namespace = what.regarding().namespace();
        return namespace.isEmpty() ? "default" : namespace;
    }

    private static Map<String, Object> reference(ObjectRef ref) {
        Map<String, Object> reference = new LinkedHashMap<>();
        reference.put("apiVersion", ref.kind().apiVersion());
        reference.put("kind", ref.kind().kind());
        reference.put("name", ref.name());
        if (!ref.namespace().isEmpty()) {
            reference.put("namespace", ref.namespace());
        }
        if (!ref.uid().isEmpty()) {
            reference.put("uid", ref.uid());
        }
        return reference;
    }
}
