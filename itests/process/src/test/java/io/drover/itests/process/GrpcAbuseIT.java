package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Clients of the gRPC server that are slow, idle, careless or hostile, against the distribution and
 * over real TLS: each gets the right answer and is counted, memory holds, and all others are served
 * as if they were alone.
 */
class GrpcAbuseIT {

    private static final int IDLE = Integer.getInteger("drover.grpc.idle", 1000);
    private static final int SLOW = 200;
    private static final int QUEUE = 1024;

    /** More than the queue, the windows and the buffers of a slow reader hold together. */
    private static final int FILL = 2600;

    private static final int FILL_PER_SECOND = 800;

    /** More than the queue of a quick reader, at a rate that leaves it seconds. */
    private static final int FLOWS = 1200;

    private static final int FLOWS_PER_SECOND = 200;
    private static final long CALL_TIME_MILLIS = 3_000;

    /** Of {@link #SLOW} slow readers with their full buffers, TLS and all. */
    private static final long SLOW_MAX_KIB = 96 << 10;

    /** Of one idle stream, its part of a connection and of the collector's slack with it. */
    private static final long IDLE_MAX_KIB = 16;

    private static final long HARM_MAX_KIB = 48 << 10;

    private static final Pattern CALLS = Pattern.compile("calls made=(\\d+) failed=0 ");

    private static Namespace namespace;
    private static RunningDrover drover;

    @BeforeAll
    static void start() {
        Needs.root();
        Needs.program("nft", "nftables");
        Needs.program("curl", "curl");
        namespace = Namespace.make("drover-harm");
        namespace.rules(
                """
                table ip t {
                    chain out {
                        type filter hook output priority 0
                        ct state new accept
                    }
                }
                """);
        drover =
                RunningDrover.start("grpc-abuse")
                        .within(namespace)
                        .environment("DROVER_CONNTRACK_STREAMS_MAX", "" + (SLOW + 56))
                        .environment("DROVER_GRPC_STREAM_QUEUE_EVENTS", "" + QUEUE)
                        .environment("DROVER_GRPC_CALL_TIME_MAX_MS", "" + CALL_TIME_MILLIS)
                        .ready();
    }

    @AfterAll
    static void stop() {
        if (drover != null) {
            drover.close();
        }
        if (namespace != null) {
            namespace.close();
        }
    }

    @Test
    void slowReadersLoseWhatTheyAreToldTheyLoseAndNobodyElseNotices()
            throws IOException, InterruptedException {
        long rest = residentKib();
        Path output = drover.home().resolve("burden.txt");
        Path signs = Files.createDirectories(drover.home().resolve("signs"));
        Process clients =
                client(output, "burden", "" + IDLE, "" + SLOW, "" + FILL, "" + FLOWS, "" + signs);
        try {
            awaitText(clients, output, "alone");
            run(flows(FILL + FLOWS, FLOWS, FLOWS_PER_SECOND, signs));
            Files.createFile(signs.resolve("alone"));
            awaitText(clients, output, "burdened");
            long open = residentKib();
            assertThat(figure("drover_grpc_calls_open{method=\"drover.v1.Config/WatchConfig\"}"))
                    .isEqualTo(IDLE);

            run(flows(0, FILL, FILL_PER_SECOND, signs));
            awaitStandstill();
            long loaded = residentKib();
            Files.createFile(signs.resolve("full"));
            awaitText(clients, output, "crowded");
            run(flows(FILL, FLOWS, FLOWS_PER_SECOND, signs));
            Files.createFile(signs.resolve("over"));
            assertThat(clients.waitFor(120, TimeUnit.SECONDS)).as(text(output)).isTrue();
            double shed = figure("drover_conntrack_stream_lost_events_total");
            System.out.println(
                    "RSS KiB at rest "
                            + rest
                            + ", with "
                            + (IDLE + SLOW)
                            + " streams "
                            + open
                            + ", when all slow ones were full "
                            + loaded
                            + "; events shed "
                            + (long) shed
                            + "; "
                            + text(output).replace("\n", "; "));
            assertThat(text(output))
                    .contains(
                            "alone opened=" + FLOWS + " lost=0",
                            "quick opened=" + FLOWS + " lost=0",
                            "idle ended=0",
                            "slow read=" + SLOW / 10 + " told of losses=" + SLOW / 10)
                    .endsWith("ok\n");
            Matcher calls = CALLS.matcher(text(output));
            assertThat(calls.find()).as(text(output)).isTrue();
            assertThat(Integer.parseInt(calls.group(1))).isPositive();
            assertThat(shed).isGreaterThan(SLOW);
            assertThat(open - rest)
                    .as("KiB of the streams")
                    .isLessThan(SLOW_MAX_KIB + IDLE * IDLE_MAX_KIB);
            assertThat(loaded - rest)
                    .as("KiB of the streams when the slow ones are full")
                    .isLessThan(SLOW_MAX_KIB + IDLE * IDLE_MAX_KIB);
        } finally {
            clients.destroy();
        }
    }

    @Test
    void whatNoHonestClientSendsIsAnsweredCountedAndCostsNothing()
            throws IOException, InterruptedException {
        String version = "drover.v1.Agent/GetVersion";
        String broken = "drover_grpc_connections_broken_total";
        String failures = "drover_grpc_failures_total";
        long rest = residentKib();
        Path output = drover.home().resolve("harm.txt");

        Process client = client(output, "harm");

        assertThat(client.waitFor(120, TimeUnit.SECONDS)).as(text(output)).isTrue();
        assertThat(text(output)).endsWith("ok\n");
        // A length of two gigabytes, a message that is none, a call that never says what it wants.
        awaitFigure(ended("RESOURCE_EXHAUSTED", version), 1);
        awaitFigure(ended("INVALID_ARGUMENT", "drover.v1.Connections/WatchConnections"), 1);
        awaitFigure(failures + "{reason=\"REQUEST_UNREADABLE\"}", 1);
        awaitFigure(ended("DEADLINE_EXCEEDED", version), 1);
        awaitFigure(failures + "{reason=\"TIME_OVER\"}", 1);
        // Frames that break the protocol, in four ways.
        awaitFigure(broken + "{code=\"PROTOCOL_ERROR\"}", 2);
        awaitFigure(broken + "{code=\"FRAME_SIZE_ERROR\"}", 1);
        awaitFigure(broken + "{code=\"ENHANCE_YOUR_CALM\"}", 1);
        assertThat(residentKib() - rest).as("KiB more than before").isLessThan(HARM_MAX_KIB);
        assertThat(PythonClient.run(namespace, drover, "check").output()).endsWith("ok\n");
    }

    private static String ended(String code, String method) {
        return "drover_grpc_calls_total{code=\"" + code + "\",method=\"" + method + "\"}";
    }

    private static Process client(Path output, String... words) throws IOException {
        List<String> all = new ArrayList<>(namespace.prefix());
        all.addAll(PythonClient.words(drover, words));
        return new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private static void awaitText(Process clients, Path output, String word) {
        Await.until(
                "the clients say " + word,
                Duration.ofSeconds(60 + IDLE / 50),
                () -> {
                    if (!clients.isAlive()) {
                        throw new IllegalStateException("the clients have ended");
                    }
                    return text(output).contains(word);
                },
                () -> text(output));
    }

    /** Waits until nothing was sent for a second: no slow reader takes anything more. */
    private static void awaitStandstill() {
        String sent =
                "drover_grpc_messages_total{direction=\"sent\",method=\"drover.v1.Connections/WatchConnections\"}";
        double[] last = {-1};
        long[] since = {System.nanoTime()};
        Await.until(
                "the slow readers are full",
                Duration.ofMinutes(2),
                () -> {
                    double now = figure(sent);
                    if (now != last[0]) {
                        last[0] = now;
                        since[0] = System.nanoTime();
                    }
                    return System.nanoTime() - since[0] > 1_000_000_000L;
                },
                () -> last[0] + " messages");
    }

    private static void run(String script) {
        namespace.run("python3", "-c", script).orFail();
    }

    /** One datagram from each of many ports, at a rate; writes down when each was sent. */
    private static String flows(int from, int count, int perSecond, Path signs) {
        return """
        import socket, time
        begin = time.monotonic()
        with open("%s", "a") as sent:
            for i in range(%d):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                    s.bind(("127.0.0.1", 10000 + %d + i))
                    sent.write("%%d %%f\\n" %% (10000 + %d + i, time.monotonic()))
                    s.sendto(b"x", ("127.0.0.1", 9))
                time.sleep(max(0, begin + (i + 1) / %d - time.monotonic()))
        """
                .formatted(signs.resolve("sent"), count, from, from, perSecond);
    }

    private static long residentKib() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + drover.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    private static void awaitFigure(String series, double atLeast) {
        Await.until(
                series + " is " + atLeast,
                Duration.ofSeconds(30),
                () -> figure(series) >= atLeast,
                GrpcAbuseIT::page);
    }

    /** What the metrics say of one series; 0 when it is not there. */
    private static double figure(String series) {
        return page().lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    private static String page() {
        return namespace
                .run(
                        "curl",
                        "-sS",
                        "--fail",
                        "-m",
                        "20",
                        "http://127.0.0.1:" + drover.port("metrics") + "/metrics")
                .orFail();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
