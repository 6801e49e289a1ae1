package io.drover.autoscaling.internal;

import io.drover.api.kubernetes.Cluster;
import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ObjectRef;
import io.drover.api.kubernetes.Patch;
import io.drover.api.kubernetes.Right;
import io.drover.api.kubernetes.Term;
import io.drover.autoscaling.internal.decide.Applied;
import io.drover.autoscaling.internal.decide.Resize;
import io.drover.autoscaling.internal.decide.Resized;
import io.drover.autoscaling.internal.decide.Resources;
import io.drover.autoscaling.internal.decide.Spec;
import io.drover.autoscaling.internal.decide.Target;
import io.drover.autoscaling.internal.decide.Vertical;
import io.drover.autoscaling.internal.decide.Wanted;
import io.drover.autoscaling.internal.source.Rivals;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives running pods the requests and limits that are wanted of them, in place ({@code
 * pods/resize}, Kubernetes 1.33). For objects that want some alone: others cost nothing. Any
 * thread; blocks for its requests.
 */
final class Resizer {

    private static final Logger log = LoggerFactory.getLogger(Resizer.class);
    private static final ObjectKind POD = new ObjectKind("v1", "Pod");
    private static final String RESIZE = "resize";

    /** Pods of one target that are changed at one look; then the others get their turn. */
    private static final int WRITES_MAX = 10;

    /** Of a target's pods so many may not serve while containers restart for their change. */
    private static final int DISRUPTED_PERCENT = 15;

    /** Until the next look, when pods were changed at this one. */
    private static final long SOON_SECONDS = 2;

    private static final String WHEN =
            "only where an annotation of an autoscaler asks for it (force-resources, vertical-source).";

    /** What it asks of the API server. */
    static final List<Right> RIGHTS =
            List.of(
                    Right.to(
                                    List.of("list"),
                                    "",
                                    List.of("pods"),
                                    "autoscaling",
                                    "the requests of the pods of targets.")
                            .onlyWhen(WHEN),
                    Right.to(
                                    List.of("patch"),
                                    "",
                                    List.of("pods/resize"),
                                    "autoscaling",
                                    "the requests and limits of running pods. Without it they are shown"
                                            + " (status.vertical) and not changed.")
                            .onlyWhen(WHEN));

    private final Cluster cluster;
    private final Rivals rivals;
    private final Counters counters;
    private final Duration interval;
    private final int podsMax;
    private final Map<String, Pass> passes = new ConcurrentHashMap<>();

    /**
     * @param rivals who knows what others recommend
     * @param interval between two looks at the pods of one target while nothing changes
     * @param podsMax more pods than this are an error
     */
    Resizer(Cluster cluster, Rivals rivals, Counters counters, Duration interval, int podsMax) {
        this.cluster = cluster;
        this.rivals = rivals;
        this.counters = counters;
        this.interval = interval;
        this.podsMax = podsMax;
    }

    /** The newest look at the pods of an object. */
    private record Pass(Instant at, Wanted wanted, String held, Resized resized) {}

    /** An object is gone. */
    void forget(String key) {
        passes.remove(key);
    }

    /** When a look before the regular time is worth it; 0 for never. */
    static long retrySeconds(Vertical vertical) {
        return vertical.resized().triggered() > 0 ? SOON_SECONDS : 0;
    }

    /**
     * Changes pods, if any are to be changed.
     *
     * @param applied what came of the replicas
     * @throws ClusterException if the term is over; other failures are in what it returns
     */
    Vertical look(
            Term term,
            KubeObject object,
            Spec spec,
            Target.Found found,
            Applied applied,
            Instant now)
            throws ClusterException {
        Optional<Map<String, Resources>> advice =
                spec.vertical().advised()
                        ? rivals.advice(object.namespace(), spec.target(), spec.targetName())
                        : Optional.of(Map.of());
        Wanted wanted = Wanted.of(spec.vertical(), advice.orElse(Map.of()));
        String missing =
                advice.isPresent()
                        ? ""
                        : "no VerticalPodAutoscaler with the updateMode Off recommends anything for "
                                + spec.targetText();
        String held =
                rivals.known()
                        ? Vertical.held(spec.policy(), spec.vertical(), applied)
                        : "whether somebody else changes the target is not known yet";
        if (wanted.containers().isEmpty() || found.desired() == 0) {
            passes.remove(object.key());
            return new Vertical(wanted, Resized.NOTHING, missing, held);
        }
        Pass before = passes.get(object.key());
        if (before == null || due(before, wanted, held, now)) {
            Resized resized = pass(term, object, found, wanted, held.isEmpty());
            before = new Pass(now, wanted, held, resized);
            passes.put(object.key(), before);
        }
        return new Vertical(wanted, before.resized, missing, held);
    }

    private boolean due(Pass before, Wanted wanted, String held, Instant now) {
        Duration wait =
                before.resized.triggered() > 0 ? Duration.ofSeconds(SOON_SECONDS) : interval;
        return !before.wanted.equals(wanted)
                || !before.held.equals(held)
                || !now.isBefore(before.at.plus(wait));
    }

    private Resized pass(
            Term term, KubeObject object, Target.Found found, Wanted wanted, boolean write)
            throws ClusterException {
        try {
            boolean served =
                    cluster.discover(POD)
                            .filter(type -> type.subresources().contains(RESIZE))
                            .isPresent();
            if (!served) {
                return new Resized(
                        0, 0, 0, 0, "the API server has no pods/resize: Kubernetes 1.33 has it");
            }
            List<KubeObject> pods =
                    cluster.list(POD, object.namespace(), found.selector(), podsMax).stream()
                            .filter(pod -> !Resized.over(pod))
                            .toList();
            return pass(term, object, pods, wanted, write);
        } catch (ClusterException e) {
            if (e.why() == ClusterException.Cause.TERM_OVER) {
                throw e;
            }
            return new Resized(0, 0, 0, 0, "the pods were not resized: " + e.getMessage());
        }
    }

    private Resized pass(
            Term term, KubeObject object, List<KubeObject> pods, Wanted wanted, boolean write)
            throws ClusterException {
        int done = 0;
        int triggered = 0;
        int waiting = 0;
        int restarts = restartsAllowed(pods);
        String stuck = "";
        for (KubeObject pod : pods) {
            Resize resize = Resize.of(pod, wanted);
            Resized.Phase phase = Resized.phase(pod);
            if (resize.none() && phase == Resized.Phase.SETTLED) {
                done++;
            } else if (resize.none() && phase == Resized.Phase.INFEASIBLE) {
                stuck = pod.key() + " cannot be resized: its node can never give it that";
            } else if (resize.none()
                    || !write
                    || triggered == WRITES_MAX
                    || (resize.restarts() && restarts <= 0)) {
                waiting++;
            } else {
                String failure = resize(term, object, pod, resize);
                restarts -= resize.restarts() ? 1 : 0;
                triggered += failure.isEmpty() ? 1 : 0;
                stuck = failure.isEmpty() ? stuck : failure;
            }
        }
        return new Resized(pods.size(), done, triggered, waiting, stuck);
    }

    private static int restartsAllowed(List<KubeObject> pods) {
        long disrupted =
                pods.stream()
                        .filter(
                                pod ->
                                        !Resized.ready(pod)
                                                || Resized.phase(pod) == Resized.Phase.WAITING)
                        .count();
        return (int) (Math.max(1, pods.size() * DISRUPTED_PERCENT / 100) - disrupted);
    }

    /** Why it was not done; empty when it was, or comes again by itself. */
    private String resize(Term term, KubeObject object, KubeObject pod, Resize resize)
            throws ClusterException {
        ObjectRef ref = new ObjectRef(POD, pod.namespace(), pod.name(), pod.uid());
        try {
            cluster.patch(
                    term,
                    new Patch(ref, RESIZE, pod.resourceVersion(), Map.of("spec", resize.spec())));
            counters.resized.increment();
            log.info("resized: object={} pod={}", object.key(), pod.key());
            return "";
        } catch (ClusterException e) {
            return switch (e.why()) {
                case TERM_OVER, UNAVAILABLE -> throw e;
                case CONFLICT, NOT_FOUND -> ""; // it changed, or is gone: the next look sees
                default -> {
                    counters.resizesRefused.increment();
                    yield pod.key() + " cannot be resized: " + e.getMessage();
                }
            };
        }
    }
}
