package io.drover.autoscaling.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ObjectRef;
import io.drover.api.kubernetes.ResourceType;
import io.drover.autoscaling.internal.decide.Resources;
import io.drover.testing.FakeCluster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RivalsTest {

    private static final ObjectKind DEPLOYMENT = new ObjectKind("apps/v1", "Deployment");
    private static final ObjectKind OURS =
            new ObjectKind("datadoghq.com/v1alpha2", "DatadogPodAutoscaler");
    private static final ObjectKind HPA =
            new ObjectKind("autoscaling/v2", "HorizontalPodAutoscaler");
    private static final ObjectKind KEDA = new ObjectKind("keda.sh/v1alpha1", "ScaledObject");
    private static final ObjectKind VPA =
            new ObjectKind("autoscaling.k8s.io/v1", "VerticalPodAutoscaler");

    private final FakeCluster cluster = new FakeCluster(term -> true);
    private final List<String> changed = new ArrayList<>();
    private final Rivals rivals = new Rivals(cluster, "", changed::add);

    @BeforeEach
    void serve() {
        for (ObjectKind kind : List.of(HPA, KEDA, VPA)) {
            cluster.serve(
                    new ResourceType(
                            kind,
                            kind.kind().toLowerCase(java.util.Locale.ROOT) + "s",
                            true,
                            Set.of()));
        }
    }

    @AfterEach
    void close() {
        rivals.close();
        assertThat(cluster.watches()).isZero();
    }

    @Test
    void nobodyIsFollowedBeforeTheFirstQuestion() {
        rivals.put(ours("one", "2026-01-01T00:00:00Z"), DEPLOYMENT, "web");

        assertThat(cluster.watches()).isZero();
        assertThat(against("one")).isEmpty();
        assertThat(cluster.watches()).isEqualTo(3);
        assertThat(rivals.known()).isTrue();
        assertThat(rivals.problem()).isEmpty();
    }

    @Test
    void aHorizontalPodAutoscalerCountsWhateverTheVersionOfItsTarget() {
        cluster.put(tree(HPA, "theirs", Map.of("scaleTargetRef", ref("apps/v1beta2", "web"))));

        assertThat(against("one"))
                .hasValue(
                        "HorizontalPodAutoscaler default/theirs scales Deployment web too: remove one of the"
                                + " two");
    }

    @Test
    void whatPointsElsewhereDoesNotCount() {
        cluster.put(tree(HPA, "other", Map.of("scaleTargetRef", ref("apps/v1", "api"))));
        cluster.put(tree(HPA, "foreign", Map.of("scaleTargetRef", ref("example.org/v1", "web"))));

        assertThat(against("one")).isEmpty();
    }

    @Test
    void aScaledObjectMeansADeploymentWhereItNamesNoKind() {
        cluster.put(tree(KEDA, "queue", Map.of("scaleTargetRef", Map.of("name", "web"))));

        assertThat(against("one")).hasValueSatisfying(who -> assertThat(who).contains("queue"));
    }

    @Test
    void aVerticalPodAutoscalerThatOnlyRecommendsDoesNotCount() {
        Map<String, Object> spec = new HashMap<>(Map.of("targetRef", ref("apps/v1", "web")));
        spec.put("updatePolicy", Map.of("updateMode", "Off"));
        cluster.put(tree(VPA, "advice", spec));
        assertThat(against("one")).isEmpty();

        spec.put("updatePolicy", Map.of("updateMode", "Recreate"));
        cluster.put(tree(VPA, "advice", spec));

        assertThat(against("one")).hasValueSatisfying(who -> assertThat(who).contains("advice"));
        assertThat(changed).containsExactly("default");
    }

    @Test
    void whoGoesOrTurnsElsewhereIsToldAndForgotten() {
        against("one");
        cluster.put(tree(HPA, "theirs", Map.of("scaleTargetRef", ref("apps/v1", "web"))));
        cluster.put(tree(HPA, "theirs", Map.of("scaleTargetRef", ref("apps/v1", "api"))));
        assertThat(against("one")).isEmpty();
        cluster.delete(new ObjectRef(HPA, "default", "theirs", ""));

        assertThat(changed).hasSize(3).containsOnly("default");
    }

    @Test
    void ofTwoOfOursTheOlderOneWorksAndTheYoungerOneWaits() {
        KubeObject older = ours("zebra", "2026-01-01T00:00:00Z");
        KubeObject younger = ours("ant", "2026-01-02T00:00:00Z");
        rivals.put(younger, DEPLOYMENT, "web");
        rivals.put(older, DEPLOYMENT, "web");

        assertThat(rivals.against(older, DEPLOYMENT, "web")).isEmpty();
        assertThat(rivals.against(younger, DEPLOYMENT, "web"))
                .hasValue(
                        "DatadogPodAutoscaler default/zebra is older and scales Deployment web too: remove"
                                + " one of the two");

        rivals.removed(older);

        assertThat(rivals.against(younger, DEPLOYMENT, "web")).isEmpty();
        assertThat(changed).containsExactly("default");
    }

    @Test
    void oneOfOursThatIsMadeAnewIsYoung() {
        rivals.put(ours("one", "2026-01-01T00:00:00Z"), DEPLOYMENT, "web");
        rivals.put(ours("two", "2026-01-02T00:00:00Z"), DEPLOYMENT, "web");

        KubeObject anew = ours("one", "2026-01-03T00:00:00Z");
        rivals.put(anew, DEPLOYMENT, "web");

        assertThat(rivals.against(anew, DEPLOYMENT, "web"))
                .hasValueSatisfying(who -> assertThat(who).contains("default/two is older"));
    }

    private Optional<String> against(String name) {
        return rivals.against(ours(name, "2026-01-01T00:00:00Z"), DEPLOYMENT, "web");
    }

    @Test
    void whatAVerticalPodAutoscalerOnlyRecommendsIsKnownUntilItGoes() {
        assertThat(rivals.advice("default", DEPLOYMENT, "web")).isEmpty();

        cluster.put(vpa("Off", "300m"));
        assertThat(rivals.advice("default", DEPLOYMENT, "web"))
                .hasValue(Map.of("app", Resources.requests(Map.of("cpu", "300m"))));
        assertThat(against("one")).isEmpty();

        changed.clear();
        cluster.put(vpa("Off", "300m"));
        assertThat(changed).isEmpty();
        cluster.delete(new ObjectRef(VPA, "default", "advice", ""));
        assertThat(changed).containsExactly("default");
        assertThat(rivals.advice("default", DEPLOYMENT, "web")).isEmpty();

        cluster.put(vpa("Auto", "300m"));
        assertThat(rivals.advice("default", DEPLOYMENT, "web")).isEmpty();
        assertThat(against("one")).isPresent();
    }

    private static Map<String, Object> vpa(String mode, String cpu) {
        Map<String, Object> advice =
                Map.of(
                        "containerName",
                        "app",
                        "target",
                        Map.of("cpu", cpu),
                        "lowerBound",
                        Map.of());
        return Map.of(
                "apiVersion",
                VPA.apiVersion(),
                "kind",
                VPA.kind(),
                "metadata",
                Map.of("namespace", "default", "name", "advice"),
                "spec",
                Map.of(
                        "targetRef",
                        Map.of("apiVersion", "apps/v1", "kind", "Deployment", "name", "web"),
                        "updatePolicy",
                        Map.of("updateMode", mode)),
                "status",
                Map.of("recommendation", Map.of("containerRecommendations", List.of(advice))));
    }

    private static KubeObject ours(String name, String createdAt) {
        return new KubeObject(
                Map.of(
                        "apiVersion",
                        OURS.apiVersion(),
                        "kind",
                        OURS.kind(),
                        "metadata",
                        Map.of(
                                "namespace",
                                "default",
                                "name",
                                name,
                                "creationTimestamp",
                                createdAt)));
    }

    private static Map<String, Object> ref(String apiVersion, String name) {
        return Map.of("apiVersion", apiVersion, "kind", "Deployment", "name", name);
    }

    private static Map<String, Object> tree(
            ObjectKind kind, String name, Map<String, Object> spec) {
        return Map.of(
                "apiVersion",
                kind.apiVersion(),
                "kind",
                kind.kind(),
                "metadata",
                Map.of("namespace", "default", "name", name),
                "spec",
                spec);
    }
}
