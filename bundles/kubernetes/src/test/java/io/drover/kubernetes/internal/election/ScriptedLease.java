package io.drover.kubernetes.internal.election;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.ClusterException.Cause;
import io.drover.api.kubernetes.KubeObject;
import io.drover.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A Lease in memory with the API server's rules, and faults that a test puts before it. */
final class ScriptedLease implements LeaseStore {

    /** What happens to a request. */
    enum Fault {
        /** Nothing. */
        NONE,
        /** It never arrives; the client waits for its whole time-out. */
        HANG,
        /** It is refused at once with a 5xx. */
        UNAVAILABLE,
        /** It is done, but the answer is lost and the client waits for its whole time-out. */
        ANSWER_LOST,
        /** It is refused with a 403. */
        FORBIDDEN
    }

    final List<String> requests = new ArrayList<>();
    private final List<Follower> followers = new CopyOnWriteArrayList<>();
    private volatile boolean watchable;
    private final ManualClock clock;
    private final Deque<Fault> faults = new ArrayDeque<>();
    private Fault always = Fault.NONE;
    private Duration latency = Duration.ZERO;
    private Runnable before = () -> {};

    /** Replaced whole: a test looks at it while a candidate writes. */
    private volatile Map<String, Object> tree;

    private int version;
    private int uid;

    ScriptedLease(ManualClock clock) {
        this.clock = clock;
    }

    void next(Fault... script) {
        faults.addAll(List.of(script));
    }

    void always(Fault fault) {
        always = fault;
    }

    void latency(Duration duration) {
        latency = duration;
    }

    /** Runs before each request, as what others do meanwhile. */
    void before(Runnable action) {
        before = action;
    }

    /** Puts a Lease there, as another program would. */
    void put(Map<String, Object> spec) {
        if (tree == null) {
            uid++;
        }
        version++;
        tree = Map.of("metadata", metadata(), "spec", spec);
        LeaseRecord now = new LeaseRecord(new KubeObject(tree));
        followers.forEach(follower -> follower.changed(now));
    }

    void delete() {
        tree = null;
    }

    Map<String, Object> spec() {
        return new KubeObject(tree).spec();
    }

    String holder() {
        return KubeObject.text(spec(), "holderIdentity");
    }

    @Override
    public String namespace() {
        return "default";
    }

    @Override
    public String name() {
        return "drover-test";
    }

    @Override
    public Optional<LeaseRecord> read(long timeoutNanos) throws ClusterException {
        Fault fault = arrive("read", timeoutNanos);
        Optional<LeaseRecord> found =
                tree == null
                        ? Optional.empty()
                        : Optional.of(new LeaseRecord(new KubeObject(tree)));
        leave(fault, timeoutNanos);
        return found;
    }

    @Override
    public LeaseRecord create(LeaseRecord lease, long timeoutNanos) throws ClusterException {
        Fault fault = arrive("create", timeoutNanos);
        if (tree != null) {
            throw new ClusterException(Cause.CONFLICT, "exists");
        }
        put(lease.object().spec());
        leave(fault, timeoutNanos);
        return new LeaseRecord(new KubeObject(tree));
    }

    @Override
    public LeaseRecord replace(LeaseRecord lease, long timeoutNanos) throws ClusterException {
        Fault fault = arrive("replace", timeoutNanos);
        if (tree == null) {
            throw new ClusterException(Cause.NOT_FOUND, "not found");
        }
        if (!lease.object().resourceVersion().equals(String.valueOf(version))) {
            throw new ClusterException(Cause.CONFLICT, "the object has been modified");
        }
        put(lease.object().spec());
        leave(fault, timeoutNanos);
        return new LeaseRecord(new KubeObject(tree));
    }

    @Override
    public Runnable follow(String version, Follower follower) {
        if (!watchable) {
            follower.ended("watches are not allowed");
            return () -> {};
        }
        followers.add(follower);
        follower.opened();
        return () -> followers.remove(follower);
    }

    /** Whether it can be followed. */
    void watchable() {
        watchable = true;
    }

    private Fault arrive(String request, long timeoutNanos) throws ClusterException {
        before.run();
        requests.add(request);
        Fault fault = faults.isEmpty() ? always : faults.poll();
        clock.advance(latency);
        if (fault == Fault.HANG) {
            clock.advance(Duration.ofNanos(timeoutNanos));
            throw new ClusterException(Cause.UNAVAILABLE, "no answer in time");
        }
        if (fault == Fault.UNAVAILABLE) {
            throw new ClusterException(Cause.UNAVAILABLE, "503");
        }
        if (fault == Fault.FORBIDDEN) {
            throw new ClusterException(Cause.FORBIDDEN, "cannot get leases");
        }
        return fault;
    }

    private void leave(Fault fault, long timeoutNanos) throws ClusterException {
        if (fault == Fault.ANSWER_LOST) {
            clock.advance(Duration.ofNanos(timeoutNanos));
            throw new ClusterException(Cause.UNAVAILABLE, "no answer in time");
        }
    }

    private Map<String, Object> metadata() {
        return Map.of(
                "name", name(), "resourceVersion", String.valueOf(version), "uid", "uid-" + uid);
    }
}
