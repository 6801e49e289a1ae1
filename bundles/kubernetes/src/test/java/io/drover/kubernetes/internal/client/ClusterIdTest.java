package io.drover.kubernetes.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.ClusterException.Cause;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.Right;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which cluster this is. */
class ClusterIdTest {

    private static final String UID = "0b0e4f2e-1c1d-4d3a-9a55-6a2f6f1f3b10";
    private static final String OTHER = "7d444840-9dc0-11d1-b245-5ffdce74fad2";
    private static final String MAP = "/api/v1/namespaces/drover/configmaps/cluster-id";

    private final Store store = new Store();

    @Test
    void withoutAConfigMapItIsTheUidOfKubeSystem() throws ClusterException {
        assertThat(new ClusterId("").find(store, "drover")).isEqualTo(UID);
        assertThat(store.objects).doesNotContainKey(MAP);
    }

    @Test
    void aMissingConfigMapIsMadeWithThatUid() throws ClusterException {
        ClusterId id = new ClusterId("cluster-id");

        assertThat(id.find(store, "drover")).isEqualTo(UID);
        assertThat(KubeObject.map(store.objects.get(MAP), "data")).containsEntry("id", UID);
    }

    @Test
    void whatTheConfigMapSaysCounts() throws ClusterException {
        store.objects.put(MAP, map(OTHER));

        assertThat(new ClusterId("cluster-id").find(store, "drover")).isEqualTo(OTHER);
    }

    @Test
    void ofTwoReplicasThatMakeItBothTakeTheFirstOnes() throws ClusterException {
        store.beforeCreate = () -> store.objects.put(MAP, map(OTHER));

        assertThat(new ClusterId("cluster-id").find(store, "drover")).isEqualTo(OTHER);
    }

    @Test
    void aConfigMapWithSomethingElseIsSaidAndLeftAlone() {
        store.objects.put(MAP, map("production"));

        assertThatThrownBy(() -> new ClusterId("cluster-id").find(store, "drover"))
                .isInstanceOf(ClusterException.class)
                .hasMessage(
                        "the ConfigMap drover/cluster-id must have a UUID under id, and has: production");
        assertThat(store.objects.get(MAP)).isEqualTo(map("production"));
    }

    @Test
    void theConfigMapNeedsRightsOnlyWhereItIsWanted() {
        assertThat(ClusterId.rights("")).hasSize(1);
        assertThat(ClusterId.rights("cluster-id"))
                .extracting(Right::namespace)
                .containsExactly(Right.ANYWHERE, Right.OWN, Right.OWN);
    }

    private static Map<String, Object> map(String id) {
        return Map.of("metadata", Map.of("name", "cluster-id"), "data", Map.of("id", id));
    }

    /** Objects by their path. */
    private static final class Store implements ClusterId.Calls {

        private final Map<String, Map<String, Object>> objects = new HashMap<>();
        private Runnable beforeCreate = () -> {};

        Store() {
            objects.put(
                    "/api/v1/namespaces/kube-system",
                    Map.of("metadata", Map.of("name", "kube-system", "uid", UID)));
        }

        @Override
        public Map<String, Object> get(String path) throws ClusterException {
            if (!objects.containsKey(path)) {
                throw new ClusterException(Cause.NOT_FOUND, path);
            }
            return objects.get(path);
        }

        @Override
        public Map<String, Object> create(String path, Map<String, Object> object)
                throws ClusterException {
            beforeCreate.run();
            String name = KubeObject.text(KubeObject.map(object, "metadata"), "name");
            if (objects.putIfAbsent(path + "/" + name, object) != null) {
                throw new ClusterException(Cause.CONFLICT, path);
            }
            return object;
        }
    }
}
