package io.drover.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.Observer;
import io.drover.api.kubernetes.Watch;
import io.drover.testing.Await;
import io.drover.testing.Configured;
import io.drover.testing.FaultProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A watch of a real API server that is lost in every way, held against a journal of what was
 * written. The short form runs with each test run, {@code ./drover campaign watches N} the long
 * one.
 */
class WatchLossIT {

    private static final ObjectKind KIND = new ObjectKind("v1", "ConfigMap");
    private static final String PATH = "/api/v1/namespaces/failover/configmaps";
    private static final int OBJECTS = 20;
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final int closures = Integer.getInteger("drover.watch.closures", 30);
    private final Map<String, String> written = new HashMap<>();
    private final Set<String> versions = new TreeSet<>();
    private final Seen seen = new Seen();
    private ApiServer server;
    private FaultProxy proxy;
    private KubernetesPart part;
    private Watch watch;
    private final AtomicInteger lists = new AtomicInteger();
    private int writes;

    @BeforeEach
    void start() throws IOException {
        server = ApiServer.start("watches");
        server.create("/api/v1/namespaces", "{\"metadata\":{\"name\":\"failover\"}}");
        proxy = server.proxy();
        proxy.concerning(
                line -> {
                    if (line.contains("/configmaps?") && readsAll(line)) {
                        lists.incrementAndGet();
                    }
                    return true;
                });
        Map<String, Object> values = new HashMap<>();
        values.put("kubeconfig", server.kubeconfig(proxy, "watches").toString());
        values.put("namespace", "failover");
        values.put("watch_silence_seconds", 5);
        values.put("back_off_max_ms", 1_000L);
        part = new KubernetesPart(Settings.from(Configured.with(KubernetesConfig.class, values)));
        part.start();
        for (int i = 0; i < OBJECTS; i++) {
            note(server.create(PATH, "{\"metadata\":{\"name\":\"object-" + i + "\"}}"));
        }
        watch = part.cluster().watch(KIND, "failover", seen);
        awaitAll("the first list");
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
    void aWatchThatIsClosedAgainAndAgainGoesOnWhereItWasAndMissesNothing() throws Exception {
        versions.clear();
        long threads = Thread.activeCount();
        int before = proxy.watches();
        proxy.closeWatchesAfter(1);
        while (proxy.watches() - before < closures) {
            write();
            awaitAll("the write");
        }
        proxy.closeWatchesAfter(0);

        assertThat(seen.versions).containsAll(versions);
        assertThat(lists).hasValue(1);
        assertThat(Thread.activeCount()).isLessThanOrEqualTo((int) threads + 8);
        System.out.println(
                "watches closed: "
                        + (proxy.watches() - before)
                        + ", writes: "
                        + versions.size()
                        + ", missed: 0, lists: "
                        + lists);
    }

    @Test
    void aWatchThatIsSilentIsGivenUpAndReadAnewOnce() throws Exception {
        write();
        awaitAll("a write");
        int before = lists.get();
        proxy.deafenOpenWatches();
        write();
        write();

        awaitAll("what was written while the watch was deaf");

        assertThat(lists.get() - before).isEqualTo(1);
    }

    @Test
    void afterEachRestartOfTheApiServerAllIsThereWithOneListAtMost() throws Exception {
        int restarts = Math.max(2, closures / 50);
        for (int i = 0; i < restarts; i++) {
            write();
            server.restart();
            write();
            awaitAll("what was written around a restart");
        }

        assertThat(watch.state().phase()).isEqualTo(Watch.Phase.LIVE);
        System.out.println("API server killed: " + restarts + ", lists: " + lists);
        assertThat(lists.get()).isLessThanOrEqualTo(1 + restarts);
    }

    /** Either form of it. */
    private static boolean readsAll(String line) {
        return line.contains("sendInitialEvents=true") || !line.contains("watch=true");
    }

    private void write() {
        String name = "object-" + writes % OBJECTS;
        writes++;
        note(
                server.send(
                        "PATCH",
                        PATH + "/" + name,
                        "application/merge-patch+json",
                        "{\"data\":{\"count\":\"" + writes + "\"}}"));
    }

    private void note(JsonObject object) {
        JsonObject metadata = object.getAsJsonObject("metadata");
        String version = metadata.get("resourceVersion").getAsString();
        written.put("failover/" + metadata.get("name").getAsString(), version);
        versions.add(version);
    }

    private void awaitAll(String what) {
        Await.until(
                what,
                LIMIT,
                () -> written.equals(seen.now()),
                () -> watch.state() + "\n written " + written + "\n seen " + seen.objects);
    }

    private static final class Seen implements Observer {
        final Map<String, String> objects = new ConcurrentHashMap<>();
        final Set<String> versions = ConcurrentHashMap.newKeySet();

        Map<String, String> now() {
            return new TreeMap<>(objects);
        }

        @Override
        public void added(KubeObject object) {
            objects.put(object.key(), object.resourceVersion());
            versions.add(object.resourceVersion());
        }

        @Override
        public void updated(KubeObject before, KubeObject after) {
            added(after);
        }

        @Override
        public void deleted(KubeObject last) {
            objects.remove(last.key());
        }
    }
}
