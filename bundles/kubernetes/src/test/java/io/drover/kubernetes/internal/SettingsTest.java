package io.drover.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

    @Test
    void theDefaultsAreValid() {
        Settings settings = Settings.from(config(Map.of()));

        assertThat(settings.kubeconfig()).isEmpty();
        assertThat(settings.useDefaultKubeconfig()).isFalse();
        assertThat(settings.timing().lease()).isEqualTo(Duration.ofSeconds(15));
        assertThat(settings.timing().renewDeadline()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.timing().retry()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void everyFindingIsReportedWithKeyRuleAndValue() {
        KubernetesConfig config = config(Map.of("qps", 0, "burst", -1, "events_queue", 0));

        assertThatThrownBy(() -> Settings.from(config))
                .hasMessage(
                        "qps must be from 1 to 10000, is 0; burst must be from 1 to 10000, is -1;"
                                + " events.queue must be from 1 to 100000, is 0");
    }

    @Test
    void aWriteEndsBeforeAnotherLeaderCanBegin() {
        KubernetesConfig config = config(Map.of("write_timeout_ms", 5_001L));

        assertThatThrownBy(() -> Settings.from(config))
                .hasMessageContaining("write.timeout.ms must be at most")
                .hasMessageContaining("(5000 ms), is 5001");
    }

    @Test
    void theTimesOfAnElectionFitTogether() {
        assertThatThrownBy(
                        () -> Settings.from(config(Map.of("election_renew_deadline_ms", 15_000L))))
                .hasMessageContaining("election.renew.deadline.ms must be less than");
        assertThatThrownBy(() -> Settings.from(config(Map.of("election_retry_ms", 9_000L))))
                .hasMessageContaining("election.retry.ms times 1.2 must be less than");
        assertThatThrownBy(
                        () -> Settings.from(config(Map.of("election_request_timeout_ms", 10_000L))))
                .hasMessageContaining("election.request.timeout.ms must be less than");
    }

    @Test
    void namesOfAndInTheClusterAreDnsNames() {
        Map<String, Object> good = Map.of("cluster_name", "eu-1.prod", "namespace", "drover");
        assertThat(Settings.from(config(good)).clusterName()).isEqualTo("eu-1.prod");

        for (String bad : new String[] {"EU", "eu_1", "-eu", "eu-", "eu..prod", "e".repeat(81)}) {
            assertThatThrownBy(() -> Settings.from(config(Map.of("cluster_name", bad))))
                    .hasMessageStartingWith("cluster.name must be labels of lower-case letters")
                    .hasMessageEndingWith("is " + bad);
        }
        assertThatThrownBy(() -> Settings.from(config(Map.of("cluster_id_config_map", "A/b"))))
                .hasMessageContaining("cluster.id.config.map must be")
                .hasMessageEndingWith("is A/b");
    }

    private static KubernetesConfig config(Map<String, Object> changed) {
        return (KubernetesConfig)
                Proxy.newProxyInstance(
                        KubernetesConfig.class.getClassLoader(),
                        new Class<?>[] {KubernetesConfig.class},
                        (proxy, method, arguments) ->
                                changed.getOrDefault(method.getName(), method.getDefaultValue()));
    }
}
