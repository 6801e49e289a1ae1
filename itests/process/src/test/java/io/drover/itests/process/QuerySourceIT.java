package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testing.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A Deployment on a real API server follows a query to a real Prometheus, and stays as it is when
 * that one hangs.
 */
class QuerySourceIT {

    private static final String APPS = "/apis/apps/v1/namespaces/default/deployments/";
    private static final String SCALERS =
            "/apis/datadoghq.com/v1alpha2/namespaces/default/datadogpodautoscalers/";

    private static ControlPlane cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = ControlPlane.start();
        cluster.apply(AutoscalingIT.crd());
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void aQueryMovesTheReplicasAndAPrometheusThatHangsTakesNoneAway() throws IOException {
        cluster.apply(
                APPS + "worker",
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: worker, namespace: default}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: worker}}
                  template:
                    metadata: {labels: {app: worker}}
                    spec: {containers: [{name: app, image: none}]}
                """);
        cluster.apply(
                SCALERS + "worker",
                """
                apiVersion: datadoghq.com/v1alpha2
                kind: DatadogPodAutoscaler
                metadata: {name: worker, namespace: default}
                spec:
                  owner: Local
                  targetRef: {apiVersion: apps/v1, kind: Deployment, name: worker}
                  constraints: {minReplicas: 1, maxReplicas: 20}
                  objectives:
                  - type: CustomQuery
                    customQuery:
                      window: 30s
                      value: {type: AbsoluteValue, absoluteValue: "10"}
                      request:
                        queries:
                        - source: Metrics
                          metrics: {query: sum(queue_length)}
                """);
        try (RealPrometheus prometheus = RealPrometheus.start("prometheus", "45");
                RunningDrover drover =
                        RunningDrover.start("query")
                                .environment(
                                        "DROVER_KUBERNETES_KUBECONFIG",
                                        cluster.kubeconfig().toString())
                                .environment("DROVER_AUTOSCALING_QUERY_URL", prometheus.url())
                                .environment("DROVER_AUTOSCALING_QUERY_INTERVAL_MS", "500")
                                .environment("DROVER_AUTOSCALING_QUERY_TIMEOUT_MS", "1000")
                                .environment("DROVER_AUTOSCALING_BREAKER_MAX_MS", "5000")
                                .ready()) {
            until("the Deployment has five replicas", () -> replicas() == 5, drover);
            assertThat(explain(drover)).contains("query sum(queue_length) is at");

            prometheus.hang();
            prometheus.figure("2");

            until("the hang is said", () -> explain(drover).contains("Prometheus"), drover);
            assertThat(explain(drover)).containsPattern("no answer within|failures in a row");
            assertThat(replicas()).isEqualTo(5);
            assertThat(drover.plain("metrics", "/metrics").body())
                    .contains("drover_autoscaling_source_questions{source=\"query\"} 1");

            prometheus.goOn();

            until("the Deployment has one replica", () -> replicas() == 1, drover);
            until(
                    "the status says where the number comes from",
                    () ->
                            cluster.get(SCALERS + "worker")
                                    .getAsJsonObject("status")
                                    .getAsJsonObject("horizontal")
                                    .getAsJsonObject("target")
                                    .get("source")
                                    .getAsString()
                                    .equals("Autoscaling"),
                    drover);
        }
    }

    private static String explain(RunningDrover drover) {
        return drover.verb("explain", "default/worker").orFail();
    }

    private static int replicas() {
        return cluster.get(APPS + "worker").getAsJsonObject("spec").get("replicas").getAsInt();
    }

    private static void until(String what, Callable<Boolean> condition, RunningDrover drover) {
        Await.until(
                what,
                Duration.ofSeconds(60),
                condition,
                () -> cluster.get(SCALERS + "worker") + "\n" + explain(drover));
    }
}
