package io.drover.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.drover.api.kubernetes.EventRecorder.Severity;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ObjectRef;
import io.drover.testing.Await;
import io.drover.testing.Configured;
import io.drover.testing.FaultProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real API server has of the events of a process that says too much. */
class EventsIT {

    private static final int BURST = 10;

    private ApiServer server;
    private FaultProxy proxy;
    private KubernetesPart part;
    private ObjectRef web;

    @BeforeEach
    void start() throws IOException {
        server = ApiServer.start("events");
        server.create("/api/v1/namespaces", "{\"metadata\":{\"name\":\"failover\"}}");
        JsonObject made =
                server.create(
                        "/api/v1/namespaces/failover/configmaps",
                        "{\"metadata\":{\"name\":\"web\"}}");
        String uid = made.getAsJsonObject("metadata").get("uid").getAsString();
        web = new ObjectRef(new ObjectKind("v1", "ConfigMap"), "failover", "web", uid);
        proxy = server.proxy();
        Map<String, Object> values =
                Map.of(
                        "kubeconfig",
                        server.kubeconfig(proxy, "events").toString(),
                        "namespace",
                        "failover",
                        "events_burst",
                        BURST);
        part = new KubernetesPart(Settings.from(Configured.with(KubernetesConfig.class, values)));
        part.start();
        Await.until(
                "a cluster",
                Duration.ofSeconds(60),
                () -> part.cluster().view().configured(),
                () -> part.cluster().view().problem());
    }

    @AfterEach
    void end() throws IOException {
        if (part != null) {
            part.stop();
        }
        if (proxy != null) {
            proxy.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void tenThousandEqualDecisionsAreOneEventAndNoReasonSilencesAnother() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            say("Equal", "the same decision");
        }
        for (int i = 0; i < 500; i++) {
            say("Noisy", "decision " + i);
        }
        say("Quiet", "said once, at the end");

        Await.until(
                "the last event",
                Duration.ofSeconds(60),
                () -> events("Quiet").size() == 1,
                () -> part.events().problem() + " waiting " + part.events().waiting());
        part.events().flushAndEnd(Duration.ofSeconds(20));
        assertThat(part.events().ended(Duration.ofSeconds(30))).isTrue();

        assertThat(events("Equal"))
                .singleElement()
                .satisfies(
                        event ->
                                assertThat(event.getAsJsonObject("series").get("count").getAsInt())
                                        .isEqualTo(10_000));
        assertThat(events("Noisy")).hasSize(BURST);
        assertThat(part.events().counters().overBudget.sum()).isEqualTo(500 - BURST);
        assertThat(part.events().counters().undeliverable.sum()).isZero();
        assertThat(server.kubectl("describe", "configmap", "web", "--namespace", "failover"))
                .containsPattern("Normal +Equal .*x10000 .*the same decision")
                .containsPattern("Normal +Quiet .*said once, at the end");
    }

    private void say(String reason, String note) {
        part.events().emit("test", web, Severity.NORMAL, reason, "Decide", note);
    }

    private List<JsonObject> events(String reason) {
        List<JsonObject> found = new ArrayList<>();
        JsonObject list =
                server.send(
                        "GET",
                        "/apis/events.k8s.io/v1/namespaces/failover/events",
                        "application/json",
                        "");
        for (JsonElement item : list.getAsJsonArray("items")) {
            if (item.getAsJsonObject().get("reason").getAsString().equals(reason)) {
                found.add(item.getAsJsonObject());
            }
        }
        return found;
    }
}
