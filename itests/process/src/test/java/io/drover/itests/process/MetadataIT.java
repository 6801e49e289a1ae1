package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the names of many pods of a real API server cost the agent that hands them out, and where
 * that ends. The short form runs with each test run, {@code ./drover campaign metadata N} the long
 * one.
 */
class MetadataIT {

    private static final int PODS = Integer.getInteger("drover.metadata.pods", 300);

    /** Beside the pods there is little else. */
    private static final int ENTRIES_MAX = PODS + 100;

    private static final int TOO_MANY = 300;

    /** The description of {@code metadata_entries_max} says about 1 kB. */
    private static final int POD_BYTES_MAX = 1_536;

    private static final int READERS = 3;

    /** What the agent's other work may move meanwhile. */
    private static final long NOISE_BYTES = 3 << 20;

    private static final String ENTRIES = "drover_kubernetes_metadata_entries{";
    private static final Duration SOON = Duration.ofMinutes(2 + PODS / 1_000);

    private static ControlPlane cluster;
    private static RunningDrover drover;

    @BeforeAll
    static void start() {
        cluster = ControlPlane.start();
        cluster.kubectl("create", "namespace", "many");
        drover =
                RunningDrover.start("metadata")
                        .environment(
                                "DROVER_KUBERNETES_KUBECONFIG", cluster.kubeconfig().toString())
                        .environment(
                                "DROVER_KUBERNETES_METADATA_ENTRIES_MAX",
                                String.valueOf(ENTRIES_MAX))
                        .ready();
    }

    @AfterAll
    static void stop() {
        if (drover != null) {
            drover.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void namesOfManyPodsCostWhatIsSaidAndNoMoreThanTheLimitAllows() throws Exception {
        // Nothing is read before the first question.
        until("all names are known", () -> find("10.1.2.3").contains("NotFound"));
        double known = sum(ENTRIES);
        long before = restingBytes();

        eachOf(PODS, number -> pod(number, true));
        until("all pods are known", () -> sum(ENTRIES) == known + PODS);
        long with = liveBytes();
        assertThat(find(address(PODS - 1))).contains("named-" + (PODS - 1));
        long read = whileAllIsRead();

        int room = ENTRIES_MAX - PODS - (int) known;
        eachOf(room + TOO_MANY, number -> pod(PODS + number, false));
        until("what is too much is left out", () -> left() == TOO_MANY);
        long full = liveBytes();

        System.out.printf(
                "names of %d pods: %d bytes of heap each; live %,d before, %,d with them, %,d while %d"
                        + " readers have all, %,d at the limit of %d with %d left out; process %s%n",
                PODS,
                (with - before) / PODS,
                before,
                with,
                read,
                READERS,
                full,
                ENTRIES_MAX,
                TOO_MANY,
                resident());
        long pods = (long) PODS * POD_BYTES_MAX;
        assertThat(with - before).isLessThan(NOISE_BYTES + pods);
        assertThat(read - with).as("the readers").isLessThan(NOISE_BYTES + pods / 4);
        assertThat(full - with)
                .as("the rest")
                .isLessThan(NOISE_BYTES + (long) (room + TOO_MANY) * POD_BYTES_MAX);
        assertThat(sum(ENTRIES)).isEqualTo(ENTRIES_MAX);
    }

    /** The live bytes while all readers have everything and stay for the changes. */
    private static long whileAllIsRead() throws IOException {
        List<Process> readers = new ArrayList<>();
        try {
            for (int i = 0; i < READERS; i++) {
                readers.add(
                        new ProcessBuilder(grpcurl("{}", "WatchMetadata"))
                                .redirectErrorStream(true)
                                .redirectOutput(answer(i).toFile())
                                .start());
            }
            for (int i = 0; i < READERS; i++) {
                Path all = answer(i);
                until(
                        "reader " + i + " has all",
                        () -> Files.readString(all).contains("\"complete\""));
                assertThat(Files.readString(all).split("\"named-", -1).length - 1)
                        .isGreaterThanOrEqualTo(PODS);
            }
            return liveBytes();
        } finally {
            readers.forEach(Process::destroyForcibly);
        }
    }

    private static Path answer(int reader) {
        return drover.home().resolve("reader-" + reader + ".json");
    }

    private static void pod(int number, boolean withAddress) {
        String name = "named-" + number;
        String path = "/api/v1/namespaces/many/pods/" + name;
        String head =
                "apiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: many, labels: {app: many}}\n"
                        .formatted(name);
        cluster.apply(path, head + "spec: {containers: [{name: app, image: none}]}\n");
        if (withAddress) {
            String status = "status: {phase: Running, podIP: %1$s, podIPs: [{ip: %1$s}]}\n";
            cluster.apply(path + "/status", head + status.formatted(address(number)));
        }
    }

    private static String address(int number) {
        return "10.7." + number / 256 + "." + number % 256;
    }

    /** Several at a time: one after another would take most of the test. */
    private static void eachOf(int count, IntConsumer make)
            throws InterruptedException, ExecutionException {
        ExecutorService makers = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> made = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                made.add(makers.submit(() -> make.accept(number)));
            }
            for (Future<?> one : made) {
                one.get();
            }
        } finally {
            makers.shutdownNow();
        }
    }

    private static String find(String address) {
        return Command.run(Map.of(), grpcurl("{\"address\":\"" + address + "\"}", "FindAddress"))
                .output();
    }

    private static List<String> grpcurl(String message, String method) {
        return List.of(
                Grpcurl.path(),
                "-cacert",
                drover.authority().toString(),
                "-H",
                "authorization: Bearer " + drover.token(),
                "-d",
                message,
                "127.0.0.1:" + drover.port("grpc"),
                "drover.v1.Metadata/" + method);
    }

    private static double left() {
        return sum("drover_kubernetes_metadata_left_out");
    }

    private static double sum(String series) {
        return metrics()
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static String metrics() {
        return drover.plain("metrics", "/metrics").body();
    }

    /** As {@link #liveBytes}, once what the start has left behind is gone. */
    private static long restingBytes() {
        long[] last = {0, liveBytes()};
        until(
                "the heap rests after the start",
                () -> {
                    last[0] = last[1];
                    last[1] = liveBytes();
                    return Math.abs(last[1] - last[0]) < NOISE_BYTES / 20;
                });
        return last[1];
    }

    /** Of the agent's heap, after a collection. */
    private static long liveBytes() {
        String jcmd = System.getProperty("java.home") + "/bin/jcmd";
        String pid = String.valueOf(drover.pid());
        String[] lines = Command.run(jcmd, pid, "GC.class_histogram").orFail().strip().split("\n");
        return Long.parseLong(lines[lines.length - 1].strip().split(" +")[2]);
    }

    private static String resident() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + drover.pid() + "/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM") || line.startsWith("VmRSS"))
                    .map(line -> line.replaceAll("\\s+", " "))
                    .toList()
                    .toString();
        }
    }

    private static void until(String what, Callable<Boolean> condition) {
        Await.until(
                what,
                SOON,
                condition,
                () ->
                        drover.subsystem("kubernetes")
                                + "\n"
                                + metrics()
                                        .lines()
                                        .filter(line -> line.contains("_metadata_"))
                                        .toList());
    }
}
