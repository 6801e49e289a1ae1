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
 * Streams on the port of the API: slow readers cost no more than their buffers, and who follows a
 * stream comes over a replacement of the bundle below it.
 */
class SharedPortStreamsIT {

    private static final int IDLE = 200;
    private static final int SLOW = 100;

    /** More than the queue, the windows and the buffers of a slow reader hold together. */
    private static final int FILL = 2600;

    private static final int FILL_PER_SECOND = 800;
    private static final int FLOWS = 600;
    private static final int FLOWS_PER_SECOND = 200;
    private static final int SWAPS = 3;
    private static final int FOLLOWERS = 20;

    /** Of the slow readers with their full buffers and of the idle streams, TLS and all. */
    private static final long STREAMS_MAX_KIB = 96 << 10;

    private static final Pattern FOLLOWED =
            Pattern.compile(
                    "stream seen=\\d+ resumed=(\\d+) lost=0 opened=(\\d+) repeated=0 problems=\\[]");

    private static Namespace namespace;
    private static RunningDrover drover;

    @BeforeAll
    static void start() throws IOException {
        Needs.root();
        Needs.program("nft", "nftables");
        Needs.program("curl", "curl");
        namespace = Namespace.make("drover-shared");
        namespace.rules(
                """
                table ip t {
                    chain out {
                        type filter hook output priority 0
                        ct state new accept
                    }
                }
                """);
        RunningDrover.Start start =
                RunningDrover.start("shared-port-streams")
                        .within(namespace)
                        .environment("DROVER_GRPC_PORT", "shared")
                        .environment("DROVER_CONNTRACK_STREAMS_MAX", "" + (SLOW + 56))
                        .environment("DROVER_GRPC_STREAM_QUEUE_EVENTS", "1024");
        SwappingActivator.writeTo(start.home().resolve("deploy").resolve("swapper.jar"));
        drover = start.ready();
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
            run(flows(0, FILL, FILL_PER_SECOND, signs));
            awaitStandstill();
            long loaded = residentKib();
            Files.createFile(signs.resolve("full"));
            awaitText(clients, output, "crowded");
            run(flows(FILL, FLOWS, FLOWS_PER_SECOND, signs));
            Files.createFile(signs.resolve("over"));
            assertThat(clients.waitFor(120, TimeUnit.SECONDS)).as(text(output)).isTrue();
            System.out.println(
                    "shared port: RSS KiB at rest "
                            + rest
                            + ", when "
                            + SLOW
                            + " slow readers were full "
                            + loaded
                            + "; "
                            + text(output).replace("\n", "; "));
            assertThat(text(output))
                    .contains(
                            "quick opened=" + FLOWS + " lost=0",
                            " failed=0 ",
                            "idle ended=0",
                            "slow read=" + SLOW / 10 + " told of losses=" + SLOW / 10)
                    .endsWith("ok\n");
            assertThat(loaded - rest).as("KiB of the streams").isLessThan(STREAMS_MAX_KIB);
        } finally {
            clients.destroy();
        }
    }

    @Test
    void whoFollowsAStreamComesOverEverySwapWithoutGapOrDuplicate()
            throws IOException, InterruptedException {
        int seconds = 12 + 3 * SWAPS;
        int flows = 20 * (seconds - 8);
        Path output = drover.home().resolve("followers.txt");
        Process followers = client(output, "follow", "" + seconds, "" + FOLLOWERS);
        try {
            awaitText(followers, output, "following");
            Files.writeString(drover.home().resolve("swap"), "conntrack " + SWAPS + " 2000");
            run(flows(20_000, flows, 20, drover.home()));
            assertThat(followers.waitFor(seconds + 60L, TimeUnit.SECONDS))
                    .as(text(output))
                    .isTrue();
        } finally {
            followers.destroy();
        }
        Await.until(
                "all replacements are done",
                Duration.ofSeconds(60),
                () -> Files.exists(drover.home().resolve("swapped")),
                drover::terminal);
        assertThat(drover.read("swapped")).isEqualTo("" + SWAPS);
        Matcher each = FOLLOWED.matcher(text(output));
        int streams = 0;
        while (each.find()) {
            streams++;
            assertThat(Integer.parseInt(each.group(1))).isGreaterThanOrEqualTo(SWAPS);
            assertThat(Integer.parseInt(each.group(2))).isEqualTo(flows);
        }
        assertThat(streams).as(text(output)).isEqualTo(FOLLOWERS);
        assertThat(text(output)).contains("others ended=0").endsWith("ok\n");
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
                Duration.ofSeconds(60),
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
        String[] last = {""};
        long[] since = {System.nanoTime()};
        Await.until(
                "the slow readers are full",
                Duration.ofMinutes(2),
                () -> {
                    String now = sentMessages();
                    if (!now.equals(last[0])) {
                        last[0] = now;
                        since[0] = System.nanoTime();
                    }
                    return System.nanoTime() - since[0] > 1_000_000_000L;
                },
                () -> last[0]);
    }

    private static String sentMessages() {
        String series =
                "drover_grpc_messages_total{direction=\"sent\",method=\"drover.v1.Connections/WatchConnections\"}";
        return namespace
                .run(
                        "curl",
                        "-sS",
                        "--fail",
                        "-m",
                        "20",
                        "http://127.0.0.1:" + drover.port("metrics") + "/metrics")
                .orFail()
                .lines()
                .filter(line -> line.startsWith(series))
                .findFirst()
                .orElse("");
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

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
