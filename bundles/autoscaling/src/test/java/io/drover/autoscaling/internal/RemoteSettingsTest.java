package io.drover.autoscaling.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.testing.Configured;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RemoteSettingsTest {

    @Test
    void byDefaultNobodyIsAsked() {
        RemoteSettings settings = from(Map.of());

        assertThat(settings.queryUrl()).isEmpty();
        assertThat(settings.recommenders()).isEmpty();
        assertThat(settings.query().timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.recommender().interval()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aQuestionLivesAsLongAsObjectsAreLookedAt() {
        assertThat(from(Map.of("check_interval_ms", 3_600_000L)).query().idle())
                .isEqualTo(Duration.ofHours(3));
    }

    @Test
    void takesUrlsWithPaths() {
        RemoteSettings settings =
                from(
                        Map.of(
                                "query_url",
                                " https://prometheus.example:9090/prom/ ",
                                "recommender_urls",
                                new String[] {"http://recommender/v1"}));

        assertThat(settings.queryUrl()).isEqualTo("https://prometheus.example:9090/prom/");
        assertThat(settings.recommenders()).containsExactly(URI.create("http://recommender/v1"));
    }

    @Test
    void namesEveryKeyThatIsWrong() {
        Map<String, Object> wrong = new HashMap<>();
        wrong.put("query_url", "prometheus:9090");
        wrong.put("query_interval_ms", 1L);
        wrong.put("query_timeout_ms", 0L);
        wrong.put("query_parallel", 0);
        wrong.put("queries_max", -1);
        wrong.put("query_answer_bytes_max", 3);
        wrong.put("recommender_urls", new String[] {"http://me:secret@x/"});
        wrong.put("recommender_interval_ms", 1L);
        wrong.put("recommender_timeout_ms", 1_000_000L);
        wrong.put("recommender_parallel", 1_000);
        wrong.put("recommender_answer_bytes_max", 1);
        wrong.put("recommender_cert_file", "client.pem");
        wrong.put("breaker_failures", 0);
        wrong.put("breaker_min_ms", 10_000L);
        wrong.put("breaker_max_ms", 5_000L);

        assertThatThrownBy(() -> from(wrong))
                .hasMessageContaining("query.url must be http://HOST[:PORT][/PATH]")
                .hasMessageContaining("is \"prometheus:9090\"")
                .hasMessageContaining("query.interval.ms must be from 500 to 300000, is 1")
                .hasMessageContaining("query.timeout.ms")
                .hasMessageContaining("query.parallel")
                .hasMessageContaining("queries.max must be from 1 to 100000, is -1")
                .hasMessageContaining("query.answer.bytes.max")
                .hasMessageContaining("have one with a user")
                .hasMessageNotContaining("secret")
                .hasMessageContaining("recommender.interval.ms")
                .hasMessageContaining("recommender.timeout.ms")
                .hasMessageContaining("recommender.parallel")
                .hasMessageContaining("recommender.answer.bytes.max")
                .hasMessageContaining("recommender.cert.file and recommender.key.file must both")
                .hasMessageContaining("breaker.failures")
                .hasMessageContaining("breaker.max.ms must be from 10000 to 3600000, is 5000");
    }

    @Test
    void aTokenIsShownOverTlsAlone() {
        assertThatThrownBy(
                        () ->
                                from(
                                        Map.of(
                                                "query_url",
                                                "http://prometheus",
                                                "query_token_file",
                                                "/token")))
                .hasMessageContaining("query.token.file needs a query.url with https");
    }

    @Test
    void theBoundsOverAllAreCheckedToo() {
        assertThat(
                        GuardSettings.from(Configured.with(AutoscalingConfig.class, Map.of()))
                                .objectsMax())
                .isEqualTo(1_000);
        assertThatThrownBy(
                        () ->
                                GuardSettings.from(
                                        Configured.with(
                                                AutoscalingConfig.class,
                                                Map.of(
                                                        "objects_max",
                                                        0,
                                                        "budget_replicas_per_minute",
                                                        -1,
                                                        "budget_ceilings",
                                                        new String[] {"everything", ": 3"}))))
                .hasMessage(
                        "objects.max must be from 1 to 100000, is 0; budget.replicas.per.minute must be from 0 to 1000000,"
                                + " is -1; budget.ceilings: must be a label selector, a colon and a number of replicas,"
                                + " as team=shop: 200, is \"everything\"; budget.ceilings: must be a label selector, a colon"
                                + " and a number of replicas, as team=shop: 200, is \": 3\"");
    }

    private static RemoteSettings from(Map<String, Object> values) {
        return RemoteSettings.from(Configured.with(AutoscalingConfig.class, values));
    }
}
