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
import io.drover.testing.RecordedSamples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
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
    private static final long HEAP_GROWTH_MAX = 2 << 20;
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
        long heap = 0;
        while (proxy.watches() - before < closures) {
            write();
            awaitAll("the write");
            if (heap == 0 && proxy.watches() - before >= closures / 2) {
                heap = heapUsed();
            }
        }
        long grown = heapUsed() - heap;
        proxy.closeWatchesAfter(0);

        assertThat(seen.versions).containsAll(versions);
        assertThat(lists).hasValue(1);
        assertThat(Thread.activeCount()).isLessThanOrEqualTo((int) threads + 8);
        // The test itself notes each version; what one watch leaves behind would be more.
        assertThat(grown).isLessThan(HEAP_GROWTH_MAX);
        System.out.println(
                "watches closed: "
                        + (proxy.watches() - before)
                        + ", writes: "
                        + versions.size()
                        + ", missed: 0, lists: "
                        + lists
                        + ", heap grown in the second half: "
                        + grown / 1024
                        + " KiB");
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
    void aWatchWhoseVersionTheApiServerDoesNotKnowAnyMoreIsReadAnewOnce() throws Exception {
        write();
        awaitAll("a write");
        int before = lists.get();
        proxy.mode(FaultProxy.Mode.DROP);
        proxy.cut();
        write();
        delete();
        // Its cache begins anew: the version of the watch is older than all that is in it (410).
        server.restart();
        proxy.mode(FaultProxy.Mode.PASS);

        awaitAll("what happened while the watch was away");

        assertThat(lists.get() - before).isEqualTo(1);
        assertThat(relists("expired")).isEqualTo(1);
    }

    /** Without the proxy: its own threads and sockets would count. */
    @Test
    void aHundredWatchesOpenedAndClosedLeaveNoThreadAndNoSocket() {
        part.stop();
        Map<String, Object> values =
                Map.of("kubeconfig", server.folder().resolve("kubeconfig").toString());
        part = new KubernetesPart(Settings.from(Configured.with(KubernetesConfig.class, values)));
        part.start();
        cycle(10);
        long threads = Thread.activeCount();
        long sockets = openSockets();

        cycle(100);

        Await.until(
                "threads and sockets are as they were",
                LIMIT,
                () -> Thread.activeCount() <= threads && openSockets() <= sockets,
                () ->
                        Thread.activeCount()
                                + " threads, before "
                                + threads
                                + "; "
                                + openSockets()
                                + " sockets, before "
                                + sockets);
    }

    private void cycle(int times) {
        for (int i = 0; i < times; i++) {
            try (Watch opened = part.cluster().watch(KIND, "failover", new Seen())) {
                Await.until(
                        "the watch lives",
                        LIMIT,
                        () -> opened.state().phase() == Watch.Phase.LIVE,
                        () -> opened.state().toString());
            }
        }
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

    private long relists(String cause) {
        RecordedSamples samples = new RecordedSamples();
        part.metrics().collect(samples);
        return samples.values()
                .get("drover_kubernetes_watch_relists_total{cause=\"" + cause + "\"}")
                .longValue();
    }

    /** What is in use after the collector has been asked for all it can do. */
    private static long heapUsed() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    private static long openSockets() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(WatchLossIT::isSocket).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isSocket(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().startsWith("socket:");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    private void delete() {
        String name = "object-" + (OBJECTS - 1);
        server.send("DELETE", PATH + "/" + name, "application/json", "");
        written.remove("failover/" + name);
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
