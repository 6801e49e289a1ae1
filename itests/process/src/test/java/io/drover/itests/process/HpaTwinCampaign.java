package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.drover.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Two Deployments with the same pods and figures, one under a HorizontalPodAutoscaler of a real
 * kube-controller-manager, the other under the distribution with the strategy hpa: both come to the
 * same replicas after each step. Both look each second; in a step everybody sees one set of
 * figures, and between two of them none at all, so that both decide of the same.
 *
 * <p>Not part of a build, which would have to make a kube-controller-manager first: {@code ./drover
 * campaign twins}.
 */
class HpaTwinCampaign {

    private static final String THEIRS = "theirs";
    private static final String OURS = "ours";
    private static final int SERIES = 16;

    /** Of one batch: longer than what any window or rate remembers, four times over. */
    private static final int STEPS_MAX = 20;

    private static final Duration STEP = Duration.ofSeconds(TwinSeries.STEP_SECONDS);

    /** A step that is done later than this ends its batch: times fit no more. */
    private static final Duration LATE = Duration.ofSeconds(1);

    private static ControlPlane cluster;
    private static PodMetricsApi metrics;
    private static Process manager;

    private final Map<String, Integer> seen = new TreeMap<>();
    private final List<String> differences = new ArrayList<>();
    private int late;

    /** One series as it goes. */
    private static final class Twin {
        private final TwinSeries series;
        private final StringBuilder replicas = new StringBuilder();
        private final Map<String, String> written = new HashMap<>();
        private List<TwinSeries.Pod> pods = List.of();
        private int now;

        Twin(TwinSeries series) {
            this.series = series;
            this.now = series.first();
            this.replicas.append(now);
        }
    }

    @BeforeAll
    static void start() throws IOException, GeneralSecurityException {
        cluster = ControlPlane.start();
        cluster.apply(AutoscalingIT.crd());
        for (String namespace : List.of(THEIRS, OURS)) {
            cluster.apply(
                    "/api/v1/namespaces/" + namespace,
                    "{apiVersion: v1, kind: Namespace, metadata: {name: " + namespace + "}}");
        }
        Path folder = Path.of(System.getProperty("drover.homes")).resolve("twins");
        metrics = PodMetricsApi.start(cluster, folder.toAbsolutePath());
        manager =
                cluster.controllerManager(
                        "--controllers=horizontal-pod-autoscaler-controller",
                        "--horizontal-pod-autoscaler-sync-period=1s",
                        "--concurrent-horizontal-pod-autoscaler-syncs=8",
                        "--kube-api-qps=500",
                        "--kube-api-burst=500");
    }

    @AfterAll
    static void stop() {
        if (manager != null) {
            manager.destroy();
        }
        if (metrics != null) {
            metrics.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void comesToTheReplicasThatARealControllerManagerComesTo() {
        int looks = Integer.getInteger("drover.twins.looks");
        long seed = Long.getLong("drover.twins.seed");
        Instant began = Instant.now();
        int done = 0;
        try (RunningDrover drover =
                RunningDrover.start("twins")
                        .environment(
                                "DROVER_KUBERNETES_KUBECONFIG", cluster.kubeconfig().toString())
                        .environment("DROVER_AUTOSCALING_WATCH_NAMESPACE", OURS)
                        .environment("DROVER_AUTOSCALING_USAGE_INTERVAL_MS", "500")
                        .environment("DROVER_AUTOSCALING_CHECK_INTERVAL_MS", "1000")
                        .ready()) {
            for (int batch = 0; done < looks && late <= looks / SERIES; batch++) {
                int steps = Math.min(STEPS_MAX, (looks - done + SERIES - 1) / SERIES);
                done += batch(seed + batch, steps);
            }
            assertThat(drover.subsystem("autoscaling").get("state").getAsString())
                    .as("the agent in the end")
                    .isEqualTo("active");
        }
        System.out.printf(
                "twins: seed=%d looks=%d seconds=%d different=%d late=%d situations=%s%n",
                seed,
                done,
                Duration.between(began, Instant.now()).toSeconds(),
                differences.size(),
                late,
                seen);
        assertThat(differences).as("again with -Ddrover.twins.seed=%d", seed).isEmpty();
        assertThat(done)
                .as("looks of %d that were in time; %d steps were not", looks, late)
                .isGreaterThanOrEqualTo(looks);
        assertThat(seen).containsKeys("up", "down", "as it was");
    }

    private int batch(long seed, int steps) {
        List<Twin> twins = new ArrayList<>();
        for (int i = 0; i < SERIES; i++) {
            twins.add(new Twin(new TwinSeries(seed, i)));
        }
        metrics.show(Map.of());
        twins.forEach(this::dress);
        twins.forEach(
                twin ->
                        both(
                                "/apis/apps/v1",
                                "deployments",
                                twin,
                                twin.series.deployment(twin.now)));
        for (Twin twin : twins) {
            String name = twin.series.name();
            cluster.apply(
                    "/apis/autoscaling/v2/namespaces/"
                            + THEIRS
                            + "/horizontalpodautoscalers/"
                            + name,
                    twin.series.hpa());
            cluster.apply(scaler(twin), twin.series.own());
        }
        Instant next = Instant.now().plus(STEP);
        int done = 0;
        for (int step = 0; step < steps && !twins.isEmpty(); step++, next = next.plus(STEP)) {
            done += step(twins, next);
            if (Instant.now().isAfter(next.plus(STEP).plus(LATE))) {
                late++;
                break;
            }
        }
        metrics.show(Map.of());
        for (Twin twin : twins) {
            end(twin);
        }
        return done;
    }

    private int step(List<Twin> twins, Instant begin) {
        Instant latest = begin.plusSeconds(TwinSeries.STEP_SECONDS * 10L);
        until("the step begins", latest, () -> !Instant.now().isBefore(begin));
        metrics.show(figures(twins));
        until("both looked at the figures", latest, () -> looked(twins, 2));
        metrics.show(Map.of());
        until("both are done with them", latest, () -> looked(twins, 1));
        int done = compare(twins);
        for (Twin twin : twins) {
            int wanted = twin.series.touched(twin.now);
            if (wanted != twin.now) {
                twin.now = wanted;
                twin.replicas.append(" set to ").append(wanted);
                both("/apis/apps/v1", "deployments", twin, twin.series.deployment(wanted));
            }
            dress(twin);
        }
        metrics.show(Map.of());
        until("both know the pods", latest, () -> looked(twins, 3));
        return done;
    }

    /**
     * Whether everybody asked for what is shown now; the agent, which asks each 500 ms, so often.
     */
    private static boolean looked(List<Twin> twins, int times) {
        return metrics.asked(OURS + "?") >= times
                && twins.stream()
                        .filter(twin -> twin.now > 0) // else nobody looks at figures
                        .allMatch(twin -> metrics.asked(THEIRS + "?app=" + twin.series.name()) > 0);
    }

    private static Map<String, List<JsonObject>> figures(List<Twin> twins) {
        List<JsonObject> all = new ArrayList<>();
        for (Twin twin : twins) {
            twin.pods.stream()
                    .map(TwinSeries.Pod::metrics)
                    .filter(usage -> usage != null)
                    .forEach(all::add);
        }
        return Map.of(THEIRS, all, OURS, all);
    }

    private int compare(List<Twin> twins) {
        Map<String, Integer> theirs = new HashMap<>();
        Map<String, Integer> ours = new HashMap<>();
        Instant latest = Instant.now().plusSeconds(2); // a write may be on its way
        do {
            theirs.putAll(replicas(THEIRS));
            ours.putAll(replicas(OURS));
        } while (!theirs.equals(ours) && Instant.now().isBefore(latest));
        List<Twin> different = new ArrayList<>();
        for (Twin twin : twins) {
            String name = twin.series.name();
            int to = theirs.get(name);
            twin.replicas.append(' ').append(to);
            if (to != ours.get(name)) {
                different.add(twin);
                differences.add(
                        "%s: theirs %s, ours then %d; %s; %s; %s"
                                .formatted(
                                        name,
                                        twin.replicas,
                                        ours.get(name),
                                        twin.series.spec(),
                                        cluster.get(scaler(twin)).get("status"),
                                        twin.pods));
                end(twin);
            }
            seen.merge(
                    to > twin.now ? "up" : to < twin.now ? "down" : "as it was", 1, Integer::sum);
            twin.now = to;
        }
        int done = twins.size();
        twins.removeAll(different);
        return done;
    }

    private static Map<String, Integer> replicas(String namespace) {
        Map<String, Integer> replicas = new HashMap<>();
        for (JsonElement each :
                cluster.get("/apis/apps/v1/namespaces/" + namespace + "/deployments")
                        .getAsJsonArray("items")) {
            JsonObject deployment = each.getAsJsonObject();
            replicas.put(
                    deployment.getAsJsonObject("metadata").get("name").getAsString(),
                    deployment.getAsJsonObject("spec").get("replicas").getAsInt());
        }
        return replicas;
    }

    /** Gives both the pods of the next step. */
    private void dress(Twin twin) {
        twin.pods = twin.series.pods(twin.now, Instant.now());
        Set<String> gone = new HashSet<>(twin.written.keySet());
        for (TwinSeries.Pod pod : twin.pods) {
            gone.remove(pod.name());
            String before = twin.written.put(pod.name(), pod.status());
            for (String namespace : List.of(THEIRS, OURS)) {
                String path = "/api/v1/namespaces/" + namespace + "/pods/" + pod.name();
                if (before == null) {
                    cluster.apply(path, pod.document());
                }
                if (!pod.status().equals(before)) {
                    cluster.apply(path + "/status", pod.status());
                }
            }
        }
        gone.forEach(pod -> undress(twin, pod));
    }

    private static void undress(Twin twin, String pod) {
        twin.written.remove(pod);
        for (String namespace : List.of(THEIRS, OURS)) {
            cluster.delete(
                    "/api/v1/namespaces/" + namespace + "/pods/" + pod + "?gracePeriodSeconds=0");
        }
    }

    private static void end(Twin twin) {
        String name = twin.series.name();
        cluster.delete(scaler(twin));
        cluster.delete(
                "/apis/autoscaling/v2/namespaces/" + THEIRS + "/horizontalpodautoscalers/" + name);
        for (String namespace : List.of(THEIRS, OURS)) {
            cluster.delete("/apis/apps/v1/namespaces/" + namespace + "/deployments/" + name);
        }
        List.copyOf(twin.written.keySet()).forEach(pod -> undress(twin, pod));
    }

    private static void both(String api, String plural, Twin twin, String document) {
        for (String namespace : List.of(THEIRS, OURS)) {
            cluster.apply(
                    api + "/namespaces/" + namespace + "/" + plural + "/" + twin.series.name(),
                    document);
        }
    }

    private static String scaler(Twin twin) {
        return "/apis/datadoghq.com/v1alpha2/namespaces/"
                + OURS
                + "/datadogpodautoscalers/"
                + twin.series.name();
    }

    private static void until(String what, Instant latest, BooleanSupplier holds) {
        Await.until(
                what,
                Duration.between(Instant.now(), latest),
                holds::getAsBoolean,
                () -> log("kube-controller-manager"));
    }

    private static String log(String program) {
        try {
            String log = Files.readString(cluster.log(program));
            return log.substring(Math.max(0, log.length() - 4000));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
