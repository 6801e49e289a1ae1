package io.drover.autoscaling.internal.source;

import io.drover.api.kubernetes.Cluster;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.LightObserver;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.Right;
import io.drover.api.kubernetes.Watch;
import io.drover.autoscaling.internal.decide.Resources;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Who else scales the targets of our autoscalers: HorizontalPodAutoscalers, ScaledObjects of KEDA,
 * VerticalPodAutoscalers that change pods, and other autoscalers of ours. Follows them from the
 * first question on, so that a cluster without one pays nothing. Of a VerticalPodAutoscaler that
 * only recommends it knows what. Any thread.
 *
 * <p>Two of ours on one target are no tie: the older one works, the younger one waits for it to go.
 */
public final class Rivals implements AutoCloseable {

    private static final String TARGET_REF = "spec.targetRef";
    private static final String SCALE_TARGET_REF = "spec.scaleTargetRef";
    private static final String ADVICE_NAME =
            "status.recommendation.containerRecommendations.containerName";
    private static final String ADVICE_TARGET =
            "status.recommendation.containerRecommendations.target";
    private static final String UPDATE_MODE = "spec.updatePolicy.updateMode";

    /** A kind of others and what of it is read. */
    @SuppressWarnings("ImmutableEnumChecker") // a record of two texts
    private enum Foreign {
        HPA(new ObjectKind("autoscaling/v2", "HorizontalPodAutoscaler"), SCALE_TARGET_REF),
        KEDA(new ObjectKind("keda.sh/v1alpha1", "ScaledObject"), SCALE_TARGET_REF),
        VPA(new ObjectKind("autoscaling.k8s.io/v1", "VerticalPodAutoscaler"), TARGET_REF);

        private final ObjectKind kind;
        private final String ref;

        Foreign(ObjectKind kind, String ref) {
            this.kind = kind;
            this.ref = ref;
        }

        /** What it scales; empty when it changes nothing. */
        private Optional<Scaled> scaled(KubeObject object) {
            if (this == VPA) {
                Map<String, Object> policy = KubeObject.map(object.spec(), "updatePolicy");
                if (KubeObject.text(policy, "updateMode").equals("Off")) {
                    return Optional.empty(); // it only recommends
                }
            }
            return Optional.of(target(object));
        }

        /** What it points to. */
        private Scaled target(KubeObject object) {
            Map<String, Object> to = KubeObject.map(object.spec(), ref.substring("spec.".length()));
            // KEDA's defaults: keda.sh/docs, ScaledObject specification.
            String apiVersion = KubeObject.text(to, "apiVersion");
            String named = KubeObject.text(to, "kind");
            boolean keda = this == KEDA;
            ObjectKind target =
                    new ObjectKind(
                            apiVersion.isEmpty() && keda ? "apps/v1" : apiVersion,
                            named.isEmpty() && keda ? "Deployment" : named);
            return Scaled.of(object.namespace(), target, KubeObject.text(to, "name"));
        }
    }

    /** What following others needs. */
    public static final List<Right> RIGHTS =
            List.of(
                    right("autoscaling", "horizontalpodautoscalers"),
                    right("keda.sh", "scaledobjects").onlyWhen("only where KEDA is installed."),
                    right("autoscaling.k8s.io", "verticalpodautoscalers")
                            .onlyWhen("only where the VerticalPodAutoscaler is installed."));

    /** One of ours. */
    private record Own(String key, Instant createdAt) {

        static final Comparator<Own> OLDEST_FIRST =
                Comparator.comparing(Own::createdAt).thenComparing(Own::key);
    }

    private final Cluster cluster;
    private final String namespace;
    private final Consumer<String> changed;

    /** By kind and key. */
    private final Scaled.Index<String> foreign =
            new Scaled.Index<>(Comparator.<String>naturalOrder());

    private final Scaled.Index<String> advisers =
            new Scaled.Index<>(Comparator.<String>naturalOrder());
    private final Map<String, Map<String, Resources>> adviceBy = new ConcurrentHashMap<>();
    private final Scaled.Index<Own> own = new Scaled.Index<>(Own.OLDEST_FIRST);
    private final Map<String, Own> byKey = new ConcurrentHashMap<>();
    private final List<Watch> watches = new ArrayList<>();
    private boolean closed;

    /**
     * @param namespace whose objects are followed; empty for all
     * @param changed told the namespace in which somebody came or went; must return at once
     */
    public Rivals(Cluster cluster, String namespace, Consumer<String> changed) {
        this.cluster = cluster;
        this.namespace = namespace;
        this.changed = changed;
    }

    /** One of ours is there, or points to something else. */
    public void put(KubeObject autoscaler, ObjectKind kind, String name) {
        Own one = new Own(autoscaler.key(), autoscaler.createdAt());
        Scaled target = Scaled.of(autoscaler.namespace(), kind, name);
        Own before = byKey.put(one.key(), one);
        if (before != null && !before.equals(one)) {
            own.remove(before); // made anew under the same name
        }
        Optional<Scaled> pointedTo = own.put(one, target);
        if (pointedTo.isPresent() && !pointedTo.get().equals(target)) {
            changed.accept(autoscaler.namespace());
        }
    }

    /** One of ours is gone. */
    public void removed(KubeObject autoscaler) {
        Own one = byKey.remove(autoscaler.key());
        if (one != null && own.remove(one).isPresent()) {
            changed.accept(autoscaler.namespace());
        }
    }

    /**
     * Who stands against an autoscaler, as a sentence; empty for nobody. Begins to follow the
     * others.
     *
     * @param kind of its target
     * @param name of its target
     */
    public Optional<String> against(KubeObject autoscaler, ObjectKind kind, String name) {
        begin();
        Scaled target = Scaled.of(autoscaler.namespace(), kind, name);
        String what = " scales " + kind.kind() + " " + name + " too: remove one of the two";
        return foreign.first(target)
                .map(other -> other + what)
                .or(
                        () ->
                                own.first(target)
                                        .filter(oldest -> !oldest.key().equals(autoscaler.key()))
                                        .map(
                                                oldest ->
                                                        "DatadogPodAutoscaler "
                                                                + oldest.key()
                                                                + " is older and"
                                                                + what));
    }

    /**
     * What a VerticalPodAutoscaler that changes nothing itself recommends for a target: requests by
     * the container's name.
     *
     * @return empty when there is none, or it recommends nothing yet
     */
    public Optional<Map<String, Resources>> advice(String in, ObjectKind kind, String name) {
        begin();
        return advisers.first(Scaled.of(in, kind, name)).map(adviceBy::get);
    }

    /**
     * Whether everybody who is there is known: until then nothing may be scaled. A kind that may
     * not be read does not hold that up; {@link #problem} tells of it.
     */
    public synchronized boolean known() {
        begin();
        return watches.stream()
                .map(Watch::state)
                .noneMatch(
                        state -> state.phase() == Watch.Phase.LISTING && state.reason().isEmpty());
    }

    /** Why some of them are not seen; empty when all are. */
    public synchronized String problem() {
        for (int i = 0; i < watches.size(); i++) {
            Watch.State state = watches.get(i).state();
            if (state.phase() == Watch.Phase.LISTING && !state.reason().isEmpty()) {
                return "whether a "
                        + Foreign.values()[i].kind.kind()
                        + " scales the same target is not seen: "
                        + state.reason();
            }
        }
        return "";
    }

    private synchronized void begin() {
        if (closed || !watches.isEmpty()) {
            return;
        }
        for (Foreign each : Foreign.values()) {
            List<String> paths =
                    each == Foreign.VPA
                            ? List.of(each.ref, UPDATE_MODE, ADVICE_NAME, ADVICE_TARGET)
                            : List.of(each.ref);
            watches.add(cluster.watchLightly(each.kind, namespace, paths, new Following(each)));
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        watches.forEach(Watch::close);
    }

    /** What one watch tells. */
    private final class Following implements LightObserver {

        private final Foreign who;

        Following(Foreign who) {
            this.who = who;
        }

        @Override
        public void put(KubeObject object) {
            Optional<Scaled> scaled = who.scaled(object);
            String id = id(object.key());
            Optional<Scaled> before =
                    scaled.isPresent() ? foreign.put(id, scaled.get()) : foreign.remove(id);
            boolean told = who == Foreign.VPA && advises(id, object, scaled.isEmpty());
            if (!scaled.equals(before) || told) {
                changed.accept(object.namespace());
            }
        }

        /** Whether what it recommends is another thing than before. */
        private boolean advises(String id, KubeObject object, boolean only) {
            Map<String, Resources> advice = only ? advice(object) : Map.of();
            if (advice.isEmpty()) {
                advisers.remove(id);
                return adviceBy.remove(id) != null;
            }
            Map<String, Resources> known = adviceBy.put(id, advice);
            Scaled target = who.target(object);
            return !advisers.put(id, target).equals(Optional.of(target)) || !advice.equals(known);
        }

        @Override
        public void removed(String key) {
            adviceBy.remove(id(key));
            foreign.remove(id(key))
                    .or(() -> advisers.remove(id(key)))
                    .ifPresent(before -> changed.accept(before.namespace()));
        }

        private String id(String key) {
            return who.kind.kind() + " " + key;
        }
    }

    private static Map<String, Resources> advice(KubeObject object) {
        Map<String, Resources> advice = new HashMap<>();
        Map<String, Object> recommendation = KubeObject.map(object.status(), "recommendation");
        if (recommendation.get("containerRecommendations") instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof Map<?, ?> map
                        && map.get("containerName") instanceof String name
                        && map.get("target") instanceof Map<?, ?> target) {
                    @SuppressWarnings("unchecked") // the keys of a JSON object are strings
                    Map<String, Object> amounts = (Map<String, Object>) target;
                    advice.put(name, Resources.requests(amounts));
                }
            }
        }
        return advice;
    }

    private static Right right(String group, String resource) {
        return Right.toFollow(
                group,
                List.of(resource),
                "autoscaling",
                "who else scales the same targets. Without these rights the agent says that it does not see"
                        + " them.");
    }
}
