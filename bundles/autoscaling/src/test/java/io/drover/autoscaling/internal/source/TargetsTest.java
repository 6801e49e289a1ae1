package io.drover.autoscaling.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ObjectRef;
import io.drover.api.kubernetes.ResourceType;
import io.drover.autoscaling.internal.decide.Target.Found;
import io.drover.testing.FakeCluster;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TargetsTest {

    private static final ObjectKind DEPLOYMENT = new ObjectKind("apps/v1", "Deployment");
    private static final ObjectKind ROLLOUT = new ObjectKind("argoproj.io/v1alpha1", "Rollout");
    private static final ObjectRef WEB = new ObjectRef(DEPLOYMENT, "shop", "web", "");
    private static final ObjectRef CANARY = new ObjectRef(ROLLOUT, "shop", "canary", "");

    private final FakeCluster cluster = new FakeCluster(term -> true);
    private final Targets targets = new Targets(cluster, "");

    @BeforeEach
    void serve() {
        cluster.serve(new ResourceType(DEPLOYMENT, "deployments", true, Set.of("scale")));
        cluster.serve(new ResourceType(ROLLOUT, "rollouts", true, Set.of("scale")));
    }

    @AfterEach
    void close() {
        targets.close();
        assertThat(cluster.watches()).isZero();
    }

    /** No scale is stored, so that a question would find none. */
    private KubeObject deployment(Map<String, Object> spec, Map<String, Object> status) {
        return cluster.put(
                Map.of(
                        "apiVersion",
                        "apps/v1",
                        "kind",
                        "Deployment",
                        "metadata",
                        Map.of("namespace", "shop", "name", "web"),
                        "spec",
                        spec,
                        "status",
                        status));
    }

    @Test
    void aDeploymentIsKnownWithoutAQuestion() throws ClusterException {
        KubeObject stored =
                deployment(
                        Map.of(
                                "replicas",
                                3,
                                "selector",
                                Map.of(
                                        "matchLabels",
                                        Map.of("app", "web"),
                                        "matchExpressions",
                                        List.of(
                                                Map.of(
                                                        "key", "tier",
                                                        "operator", "In",
                                                        "values", List.of("b", "a")),
                                                Map.of(
                                                        "key", "canary",
                                                        "operator", "DoesNotExist")))),
                        Map.of("replicas", 2));

        assertThat(targets.find(WEB))
                .contains(
                        new Found(3, 2, "!canary,app=web,tier in (a,b)", stored.resourceVersion()));
    }

    @Test
    void oneThatSaysNothingOfReplicasWantsOne() throws ClusterException {
        deployment(Map.of("selector", Map.of("matchLabels", Map.of("app", "web"))), Map.of());

        assertThat(targets.find(WEB))
                .hasValueSatisfying(
                        found -> {
                            assertThat(found.desired()).isOne();
                            assertThat(found.current()).isZero();
                        });
    }

    @Test
    void otherKindsAreAskedFor() throws ClusterException {
        cluster.scale(CANARY, 4, 3, "app=canary");

        assertThat(targets.find(CANARY))
                .hasValueSatisfying(found -> assertThat(found.desired()).isEqualTo(4));
        assertThat(cluster.watches()).isZero();
    }

    @Test
    void whatIsGoneIsNotThere() throws ClusterException {
        deployment(Map.of("replicas", 3), Map.of());
        assertThat(targets.find(WEB)).isPresent();

        cluster.delete(WEB);

        assertThat(targets.find(WEB)).isEmpty();
    }

    @Test
    void ourOwnWriteIsKnownBeforeTheWatchShowsIt() throws ClusterException {
        deployment(Map.of("replicas", 3), Map.of("replicas", 3));
        Found before = targets.find(WEB).orElseThrow();

        targets.wrote(WEB, before, scale(5, "77"));

        assertThat(targets.find(WEB)).contains(new Found(5, 3, "", "77"));
    }

    @Test
    void ourOwnWriteDoesNotHideWhatTheWatchHasShownSince() throws ClusterException {
        deployment(Map.of("replicas", 3), Map.of("replicas", 3));
        Found before = targets.find(WEB).orElseThrow();
        deployment(Map.of("replicas", 6), Map.of("replicas", 3));

        targets.wrote(WEB, before, scale(5, "77"));

        assertThat(targets.find(WEB).orElseThrow().desired()).isEqualTo(6);
    }

    @Test
    void whatTurnedOutToBeOldIsAskedForUntilTheWatchShowsMore() throws ClusterException {
        deployment(Map.of("replicas", 3), Map.of("replicas", 3));
        cluster.scale(WEB, 8, 3, "app=web");

        targets.doubt(WEB, targets.find(WEB).orElseThrow());

        assertThat(targets.find(WEB).orElseThrow().desired()).isEqualTo(8);
    }

    private static KubeObject scale(int replicas, String version) {
        return new KubeObject(
                Map.of(
                        "metadata", Map.of("resourceVersion", version),
                        "spec", Map.of("replicas", replicas),
                        "status", Map.of("replicas", 3, "selector", "")));
    }
}
