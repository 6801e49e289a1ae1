package io.drover.kubernetes.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ResourceType;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathsTest {

    private static final ResourceType DEPLOYMENTS =
            new ResourceType(
                    new ObjectKind("apps/v1", "Deployment"), "deployments", true, Set.of());
    private static final ResourceType NODES =
            new ResourceType(new ObjectKind("v1", "Node"), "nodes", false, Set.of());

    @Test
    void groupsNamespacesAndSubresourcesHaveTheirPlaces() throws ClusterException {
        assertThat(Paths.of(DEPLOYMENTS, "shop", "web", "scale"))
                .isEqualTo("/apis/apps/v1/namespaces/shop/deployments/web/scale");
        assertThat(Paths.of(DEPLOYMENTS, "")).isEqualTo("/apis/apps/v1/deployments");
        assertThat(Paths.of(NODES, "", "n1", "")).isEqualTo("/api/v1/nodes/n1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../secrets", "a/b", "a%2fb"})
    void noNameReachesOutOfItsPlace(String name) {
        assertThatThrownBy(() -> Paths.of(DEPLOYMENTS, "shop", name, ""))
                .isInstanceOf(ClusterException.class);
        assertThatThrownBy(() -> Paths.of(DEPLOYMENTS, name, "web", ""))
                .isInstanceOf(ClusterException.class);
    }

    @Test
    void whatIsSpecialInAnAddressIsEncoded() throws ClusterException {
        assertThat(Paths.of(DEPLOYMENTS, "shop", "a?b#c d", ""))
                .endsWith("/deployments/a%3Fb%23c%20d");
    }
}
