package io.drover.kubernetes.internal.rights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.kubernetes.Right;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From declared rights to what kubectl applies. */
class ManifestTest {

    private static final Right PODS =
            Right.to(List.of("list", "watch"), "", List.of("pods"), "names", "names of pods.");
    private static final Right LEASE =
            Right.to(
                            List.of("get"),
                            "coordination.k8s.io",
                            List.of("leases"),
                            "election",
                            "one decides.")
                    .named("drover-one")
                    .in(Right.OWN);

    @Test
    void aRightForAllNamespacesIsAClusterRole() {
        assertThat(Manifest.part("names", List.of(PODS), "home"))
                .contains(
                        """
                        kind: ClusterRole
                        metadata: {name: drover-names}
                        rules:
                          # names: names of pods.
                          - {apiGroups: [''], resources: [pods], verbs: [list, watch]}
                        """)
                .endsWith(
                        """
                        kind: ClusterRoleBinding
                        metadata: {name: drover-names}
                        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: drover-names}
                        subjects: [{kind: ServiceAccount, name: drover, namespace: home}]
                        """);
    }

    @Test
    void aRightForTheAgentsOwnNamespaceIsARoleThere() {
        assertThat(Manifest.part("election", List.of(LEASE), "home"))
                .contains(
                        """
                        kind: Role
                        metadata: {name: drover-election, namespace: home}
                        rules:
                          # election: one decides.
                          - {apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [drover-one], verbs: [get]}
                        """)
                .doesNotContain("ClusterRole");
    }

    @Test
    void aRightForOneNamespaceIsARoleThereForTheAccountOfTheAgents() {
        assertThat(Manifest.part("names", List.of(PODS.in("shop")), "home"))
                .contains("kind: Role\nmetadata: {name: drover-names, namespace: shop}\n")
                .contains("subjects: [{kind: ServiceAccount, name: drover, namespace: home}]");
    }

    @Test
    void theWholeHasTheAccountAndOneRoleForEachPlace() {
        String whole = Manifest.whole(List.of(LEASE, PODS), "home");

        assertThat(whole)
                .contains("kind: ServiceAccount\nmetadata: {name: drover, namespace: home}\n");
        assertThat(whole.split("---\n")).hasSize(5);
    }

    @Test
    void aReasonStandsOnceAboveTheRightsThatShareIt() {
        Right more = Right.to(List.of("list"), "apps", List.of("x"), "names", "names of pods.");

        assertThat(Manifest.part("names", List.of(PODS, more), "home"))
                .containsOnlyOnce("# names: names of pods.");
    }

    @Test
    void whatIsUsedSeldomSaysWhen() {
        assertThat(Manifest.part("names", List.of(PODS.onlyWhen("only with KEDA.")), "home"))
                .contains("# names: names of pods. Used only with KEDA.\n");
        Right pods = Right.toFollow("", List.of("pods"), "names", "names of pods.");
        assertThat(Manifest.part("names", List.of(pods), "home"))
                .contains("# names: names of pods. list: only where the API server does not begin");
    }

    @Test
    void aLongReasonIsBrokenBetweenWords() {
        Right wordy =
                Right.to(List.of("list"), "", List.of("pods"), "names", "word ".repeat(60) + ".");

        assertThat(Manifest.part("names", List.of(wordy), "home").lines())
                .filteredOn(line -> line.startsWith("  #"))
                .hasSize(3)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(128));
    }

    @Test
    void aRightWithoutAReasonIsNone() {
        assertThatThrownBy(() -> Right.to(List.of("list"), "", List.of("pods"), "names", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("names [pods]");
    }
}
