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
import org.junit.jupiter.api.Test;

/**
 * The bundle that the streams of connections live on is replaced under load, again and again: every
 * client, written in another language, ends with all events, each once, and no other service's
 * stream ends.
 */
class StreamsOverSwapIT {

    private static final int SWAPS = Integer.getInteger("drover.grpc.swaps", 5);
    private static final int STREAMS = 50;
    private static final int SWAP_MILLIS = 2000;

    /** Each is told to all streams: with 50 of them 1,000 messages a second. */
    private static final int FLOWS_PER_SECOND = 20;

    private static final Pattern STREAM =
            Pattern.compile(
                    "stream seen=(\\d+) resumed=(\\d+) lost=(\\d+) opened=(\\d+) repeated=(\\d+)"
                            + " problems=(.*)");

    @Test
    void fiftyStreamsComeOverEverySwapWithoutGapOrDuplicateAndOthersNeverNotice()
            throws IOException, InterruptedException {
        Needs.root();
        Needs.program("nft", "nftables");
        int seconds = 12 + SWAPS * (SWAP_MILLIS / 1000 + 1);
        int flows = FLOWS_PER_SECOND * (seconds - 8);
        try (Namespace namespace = Namespace.make("drover-swap")) {
            namespace.rules(
                    """
                    table ip t {
                        chain out {
                            type filter hook output priority 0
                            ct state new accept
                        }
                    }
                    """);
            RunningDrover.Start start = RunningDrover.start("streams-over-swap").within(namespace);
            SwappingActivator.writeTo(start.home().resolve("deploy").resolve("swapper.jar"));
            try (RunningDrover drover = start.ready()) {
                Path output = drover.home().resolve("followers.txt");
                List<String> words = new ArrayList<>(namespace.prefix());
                words.addAll(
                        PythonClient.words(
                                drover,
                                "follow",
                                Integer.toString(seconds),
                                Integer.toString(STREAMS)));
                Process followers =
                        new ProcessBuilder(words)
                                .redirectErrorStream(true)
                                .redirectOutput(output.toFile())
                                .start();
                try {
                    Await.until(
                            "all streams have begun",
                            Duration.ofSeconds(60),
                            () -> Files.readString(output).contains("following"),
                            () -> text(output));
                    Files.writeString(
                            drover.home().resolve("swap"),
                            "conntrack " + SWAPS + " " + SWAP_MILLIS);
                    namespace.run("python3", "-c", flows(flows)).orFail();
                    assertThat(followers.waitFor(seconds + 60L, TimeUnit.SECONDS))
                            .as(text(output))
                            .isTrue();
                } finally {
                    followers.destroy();
                }

                Await.until(
                        "all replacements are done",
                        Duration.ofSeconds(30L + SWAPS),
                        () -> Files.exists(drover.home().resolve("swapped")),
                        drover::terminal);
                assertThat(drover.read("swapped")).isEqualTo(Integer.toString(SWAPS));
                assertAllSaw(flows, text(output));
            }
        }
    }

    private static void assertAllSaw(int flows, String output) {
        Matcher each = STREAM.matcher(output);
        int streams = 0;
        while (each.find()) {
            streams++;
            assertThat(each.group(6)).as(each.group()).isEqualTo("[]");
            assertThat(each.group(3)).as("lost: " + each.group()).isEqualTo("0");
            assertThat(each.group(5)).as("repeated: " + each.group()).isEqualTo("0");
            assertThat(Integer.parseInt(each.group(4))).as(each.group()).isEqualTo(flows);
            assertThat(Integer.parseInt(each.group(2)))
                    .as("resumed: " + each.group())
                    .isGreaterThanOrEqualTo(SWAPS);
        }
        assertThat(streams).as(output).isEqualTo(STREAMS);
        assertThat(output).contains("others ended=0").endsWith("ok\n");
    }

    /** One datagram from each of many ports, at a rate. */
    private static String flows(int count) {
        return """
        import socket, time
        begin = time.monotonic()
        for i in range(%d):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                s.bind(("127.0.0.1", 10000 + i))
                s.sendto(b"x", ("127.0.0.1", 9))
            time.sleep(max(0, begin + (i + 1) / %d - time.monotonic()))
        """
                .formatted(count, FLOWS_PER_SECOND);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
