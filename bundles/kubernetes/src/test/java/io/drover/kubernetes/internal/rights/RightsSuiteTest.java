package io.drover.kubernetes.internal.rights;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.diagnosis.Check;
import io.drover.api.diagnosis.Check.Verdict;
import io.drover.api.kubernetes.Cluster;
import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.Reviews.ResourceAccess;
import io.drover.api.kubernetes.Right;
import io.drover.testing.ScriptedReviews;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whether the agent may do what it declares. */
class RightsSuiteTest {

    private static final Right SCALES =
            Right.to(
                    List.of("get", "patch"),
                    "apps",
                    List.of("deployments/scale"),
                    "autoscaling",
                    "the replicas.");
    private static final Right LEASE =
            Right.to(List.of("get"), "g", List.of("leases"), "autoscaling", "one decides.")
                    .named("drover-one")
                    .in(Right.OWN);

    private final ScriptedReviews reviews = new ScriptedReviews();

    @Test
    void whatIsAllowedPasses() {
        allow("get", "apps", "deployments", "scale", "", "");
        allow("patch", "apps", "deployments", "scale", "", "");
        allow("get", "g", "leases", "", "home", "drover-one");

        assertThat(run(SCALES, LEASE))
                .containsExactly(
                        Check.pass(
                                "autoscaling: deployments/scale",
                                "may get, patch; for the replicas."),
                        Check.pass("autoscaling: leases", "may get; for one decides."));
    }

    @Test
    void whatIsMissingIsNamedWithTheCommandThatAllowsIt() {
        allow("get", "apps", "deployments", "scale", "", "");

        assertThat(run(SCALES))
                .containsExactly(
                        Check.fail(
                                "autoscaling: deployments/scale",
                                "may not patch deployments/scale; for the replicas.",
                                "allow it",
                                "./drover rbac autoscaling | kubectl apply -f -"));
    }

    @Test
    void whatIsUsedSeldomIsAWarning() {
        assertThat(run(SCALES.onlyWhen("only on Sundays.")))
                .singleElement()
                .satisfies(
                        check -> {
                            assertThat(check.verdict()).isEqualTo(Verdict.WARN);
                            assertThat(check.finding()).endsWith("It is needed only on Sundays.");
                        });
    }

    @Test
    void anApiServerThatDoesNotAnswerIsAskedOnce() {
        reviews.fail(new ClusterException(ClusterException.Cause.UNAVAILABLE, "no answer"));

        assertThat(run(SCALES, LEASE))
                .singleElement()
                .satisfies(
                        check ->
                                assertThat(check.finding())
                                        .isEqualTo("cannot be asked: no answer"));
    }

    @Test
    void withoutAClusterNothingIsAsked() {
        RightsSuite suite = new RightsSuite(() -> List.of(SCALES), () -> view(false), reviews);

        assertThat(suite.run()).extracting(Check::verdict).containsExactly(Verdict.SKIPPED);
        assertThat(reviews.asked()).isEmpty();
    }

    private List<Check> run(Right... rights) {
        return new RightsSuite(() -> List.of(rights), () -> view(true), reviews).run();
    }

    private static Cluster.View view(boolean configured) {
        return new Cluster.View(configured, configured, "https://c", "v1", "id", "home", "");
    }

    private void allow(
            String verb,
            String group,
            String resource,
            String subresource,
            String namespace,
            String name) {
        reviews.allow(
                ScriptedReviews.SELF,
                new ResourceAccess(verb, group, resource, subresource, namespace, name));
    }
}
