package io.drover.kubernetes.internal.client;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ResourceType;
import io.drover.kubernetes.internal.election.LeaseRecord;
import io.drover.kubernetes.internal.election.LeaseStore;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One Lease on the API server, by GET, POST and PUT. Used by one thread. */
public final class ApiLease implements LeaseStore {

    private static final ResourceType LEASE =
            new ResourceType(
                    new ObjectKind("coordination.k8s.io/v1", "Lease"), "leases", true, Set.of());

    /** Until the API server has accepted a watch; nothing waits for it. */
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final Connection connection;
    private final String name;

    /**
     * @param connection its session is used as soon as there is one
     * @param name of the Lease, in the agent's own namespace
     */
    public ApiLease(Connection connection, String name) {
        this.connection = connection;
        this.name = name;
    }

    @Override
    public String namespace() {
        return connection.view().namespace();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<LeaseRecord> read(long timeoutNanos) throws ClusterException {
        try {
            return Optional.of(send("GET", path(), null, timeoutNanos));
        } catch (ClusterException e) {
            if (e.why() == ClusterException.Cause.NOT_FOUND) {
                return Optional.empty();
            }
            throw forPeople(e);
        }
    }

    @Override
    public LeaseRecord create(LeaseRecord lease, long timeoutNanos) throws ClusterException {
        try {
            return send("POST", Paths.of(LEASE, namespace()), lease, timeoutNanos);
        } catch (ClusterException e) {
            throw forPeople(e);
        }
    }

    @Override
    public LeaseRecord replace(LeaseRecord lease, long timeoutNanos) throws ClusterException {
        try {
            return send("PUT", path(), lease, timeoutNanos);
        } catch (ClusterException e) {
            throw forPeople(e);
        }
    }

    @Override
    public Runnable follow(String version, Follower follower) {
        try {
            String path =
                    Paths.of(LEASE, namespace())
                            + "?watch=true&timeoutSeconds=600&fieldSelector="
                            + Paths.query("metadata.name=" + name)
                            + "&resourceVersion="
                            + Paths.query(version);
            return connection.require().watchLease(path, ANSWER, new Adapter(follower))::close;
        } catch (ClusterException e) {
            follower.ended(e.getMessage());
            return () -> {};
        }
    }

    private record Adapter(Follower to) implements WatchStream.Listener {
        @Override
        public void opened() {
            to.opened();
        }

        @Override
        public void event(String type, Map<String, Object> object) {
            if (type.equals("DELETED")) {
                to.ended("the Lease was deleted");
            } else {
                to.changed(new LeaseRecord(new KubeObject(object)));
            }
        }

        @Override
        public void ended(WatchStream.End end) {
            to.ended(end.why());
        }
    }

    private String path() throws ClusterException {
        return Paths.of(LEASE, namespace(), name, "");
    }

    private LeaseRecord send(String method, String path, LeaseRecord lease, long timeoutNanos)
            throws ClusterException {
        Map<String, Object> body = lease == null ? null : lease.object().tree();
        Map<String, Object> answer =
                connection
                        .require()
                        .leases()
                        .send(
                                method,
                                path,
                                ApiCalls.JSON,
                                body,
                                Duration.ofNanos(timeoutNanos),
                                () -> {});
        return new LeaseRecord(new KubeObject(answer));
    }

    private ClusterException forPeople(ClusterException e) {
        if (e.why() != ClusterException.Cause.FORBIDDEN) {
            return e;
        }
        return new ClusterException(
                e.why(),
                "the Lease "
                        + namespace()
                        + "/"
                        + name
                        + " needs get, watch, create and update on leases.coordination.k8s.io: "
                        + e.getMessage(),
                e.retryAfter(),
                e);
    }
}
