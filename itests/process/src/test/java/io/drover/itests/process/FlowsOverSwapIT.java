package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.drover.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The bundle that follows connections is replaced in the running agent while flows begin, and
 * others end, again and again: after each replacement the agent knows what the kernel's own table
 * has, each with its translation, not one less and not one more, and the kernel dropped nothing.
 */
class FlowsOverSwapIT {

    private static final int SWAPS = Integer.getInteger("drover.conntrack.swaps", 5);
    private static final int FLOWS_PER_SECOND = 2000;

    /** Of one replacement: more than a slow machine needs, and well below the kernel's bound. */
    private static final int FLOWS_MAX = 100_000;

    /** Flows that end while the bundle is being replaced. */
    private static final int ENDING = 500;

    private static final Duration SWAPPED = Duration.ofSeconds(60);
    private static final Duration KNOWN = Duration.ofSeconds(30);

    private static final String RULES =
            """
            table ip nat {
              chain out {
                type nat hook output priority -100;
                ip daddr 10.99.0.0/16 dnat to 127.0.0.9
              }
            }
            """;

    private static final Pattern ENTRY =
            Pattern.compile(
                    "^udp .*? src=(\\S+) dst=(\\S+) sport=(\\d+) dport=(\\d+)"
                            + ".*? src=(\\S+) dst=(\\S+) sport=(\\d+) dport=(\\d+)",
                    Pattern.MULTILINE);

    /** One line for each netlink socket: address, protocol (12 is netfilter), ..., drops, inode. */
    private static final Pattern DROPS =
            Pattern.compile(
                    "^\\S+ +12 +\\S+ +\\S+ +\\S+ +\\S+ +\\S+ +\\S+ +(\\d+) ", Pattern.MULTILINE);

    @Test
    void knowsTheKernelsTableAfterEachSwapUnderFlowsThatBeginAndEnd()
            throws IOException, InterruptedException {
        Needs.root();
        Needs.program("nft", "nftables");
        Needs.program("conntrack", "conntrack");
        Needs.program("curl", "curl");
        Needs.program("python3", "python3");
        try (Namespace namespace = Namespace.make("drover-flows")) {
            namespace.rules(RULES);
            namespace.run("ip", "addr", "add", "10.99.255.1/16", "dev", "lo").orFail();
            // Nothing ends by itself while two tables are compared.
            namespace.run("sysctl", "-qw", "net.netfilter.nf_conntrack_udp_timeout=600").orFail();
            RunningDrover.Start start =
                    RunningDrover.start("flows-over-swap")
                            .within(namespace)
                            // An audit would find what is missing, and hide it.
                            .configuration("conntrack:\n  audit_interval_ms: 0\n");
            SwappingActivator.writeTo(start.home().resolve("deploy").resolve("swapper.jar"));
            try (RunningDrover drover = start.ready()) {
                for (int swap = 1; swap <= SWAPS; swap++) {
                    swapUnderFlows(namespace, drover, swap);
                }
            }
        }
    }

    private static void swapUnderFlows(Namespace namespace, RunningDrover drover, int swap)
            throws IOException, InterruptedException {
        String which = "swap " + swap + " of " + SWAPS;
        Path home = drover.home();
        Files.deleteIfExists(home.resolve("swapped"));
        namespace.run("python3", "-c", flows(7), Integer.toString(ENDING)).orFail();
        awaitSame(namespace, drover, which + ", before it");

        Path output = home.resolve("flows.txt");
        List<String> words = new ArrayList<>(namespace.prefix());
        words.addAll(List.of("python3", "-c", flows(9), Integer.toString(FLOWS_MAX)));
        Process flows =
                new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            Await.until(
                    which + ": flows begin",
                    KNOWN,
                    () -> Files.readString(output).contains("begun"),
                    () -> text(output));
            Files.writeString(home.resolve("swap"), "conntrack 1 0");
            namespace.run("conntrack", "-D", "-p", "udp", "--dport", "7").orFail();
            Await.until(
                    which + ": it is done",
                    SWAPPED,
                    () -> Files.exists(home.resolve("swapped")),
                    drover::terminal);
            flows.getOutputStream().close();
            assertThat(flows.waitFor(KNOWN.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            flows.destroy();
        }

        assertThat(drover.read("swapped")).as(which).isEqualTo("1");
        Set<String> known = awaitSame(namespace, drover, which);
        assertThat(known.stream().filter(flow -> flow.contains(":7 ")).toList()).isEmpty();
        int sent = sent(text(output));
        assertThat(sent).as(which + ": the load lasted as long as the swap").isLessThan(FLOWS_MAX);
        assertThat(known).as(which).hasSize(sent);
        assertNothingLost(namespace, drover, which);
        // The kernel's table has its bound; and all ends have to be told.
        namespace.run("conntrack", "-F").orFail();
    }

    /** Waits until the agent knows what the kernel does, and gives that back. */
    private static Set<String> awaitSame(Namespace namespace, RunningDrover drover, String when) {
        List<Set<String>> last = new ArrayList<>();
        Await.until(
                when + ": the agent knows the same flows as the kernel",
                KNOWN,
                () -> {
                    last.clear();
                    last.add(ofKernel(namespace));
                    last.add(ofAgent(namespace, drover));
                    return last.get(0).equals(last.get(1));
                },
                () -> difference(last));
        return last.get(0);
    }

    private static String difference(List<Set<String>> last) {
        if (last.size() < 2) {
            return "nothing was read";
        }
        Set<String> missing = new TreeSet<>(last.get(0));
        missing.removeAll(last.get(1));
        Set<String> tooMuch = new TreeSet<>(last.get(1));
        tooMuch.removeAll(last.get(0));
        return "of %d in the kernel: %d missing %s, %d too much %s"
                .formatted(
                        last.get(0).size(),
                        missing.size(),
                        missing.stream().limit(5).toList(),
                        tooMuch.size(),
                        tooMuch.stream().limit(5).toList());
    }

    private static Set<String> ofKernel(Namespace namespace) {
        Set<String> flows = new TreeSet<>();
        // Its other stream's sentence would come in the middle of a line.
        String table = namespace.run("sh", "-c", "conntrack -L -p udp 2>/dev/null").orFail();
        Matcher entry = ENTRY.matcher(table);
        while (entry.find()) {
            flows.add(
                    "%s:%s > %s:%s back %s:%s > %s:%s"
                            .formatted(
                                    entry.group(1),
                                    entry.group(3),
                                    entry.group(2),
                                    entry.group(4),
                                    entry.group(5),
                                    entry.group(7),
                                    entry.group(6),
                                    entry.group(8)));
        }
        return flows;
    }

    private static Set<String> ofAgent(Namespace namespace, RunningDrover drover) {
        Set<String> flows = new TreeSet<>();
        String after = "";
        do {
            Command.Outcome answer =
                    curl(namespace, drover, "connections?protocol=udp&limit=10000" + after);
            if (answer.exitCode() != 0) {
                // While it is being replaced it is not shown.
                return Set.of();
            }
            JsonObject page = RunningDrover.json(answer.output());
            for (JsonElement connection : page.getAsJsonArray("connections")) {
                JsonObject one = connection.getAsJsonObject();
                flows.add(
                        tuple(one.getAsJsonObject("original"))
                                + " back "
                                + tuple(one.getAsJsonObject("reply")));
            }
            after = page.get("next").isJsonNull() ? "" : "&after=" + page.get("next").getAsString();
        } while (!after.isEmpty());
        return flows;
    }

    private static String tuple(JsonObject tuple) {
        return "%s:%s > %s:%s"
                .formatted(
                        tuple.get("source").getAsString(),
                        tuple.get("source_port").getAsString(),
                        tuple.get("destination").getAsString(),
                        tuple.get("destination_port").getAsString());
    }

    /** By two witnesses: the kernel's counter of each socket, and what the agent tells. */
    private static void assertNothingLost(Namespace namespace, RunningDrover drover, String which) {
        String sockets = namespace.run("cat", "/proc/net/netlink").orFail();
        Matcher drops = DROPS.matcher(sockets);
        int found = 0;
        while (drops.find()) {
            found++;
            assertThat(drops.group(1)).as(which + ":\n" + sockets).isEqualTo("0");
        }
        assertThat(found).as(sockets).isPositive();
        String metrics =
                namespace
                        .run(
                                "curl",
                                "-s",
                                "http://127.0.0.1:" + drover.port("metrics") + "/metrics")
                        .orFail();
        assertThat(metrics).as(which).contains("drover_conntrack_lost_events_total 0");
    }

    private static Command.Outcome curl(Namespace namespace, RunningDrover drover, String path) {
        return namespace.run(
                "curl",
                "-sS",
                "--fail",
                "--cacert",
                drover.authority().toString(),
                "-H",
                "Authorization: Bearer " + drover.token(),
                "https://127.0.0.1:" + drover.port("api") + "/api/v1/conntrack/" + path);
    }

    private static int sent(String output) {
        Matcher count = Pattern.compile("sent (\\d+)").matcher(output);
        assertThat(count.find()).as(output).isTrue();
        return Integer.parseInt(count.group(1));
    }

    /**
     * One datagram to each of many addresses, at a rate, until there are enough or standard input
     * ends; each tenth to one that is translated.
     */
    private static String flows(int port) {
        return """
        import select, socket, sys, time
        limit = int(sys.argv[1])
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind(("127.0.0.1", 40000))
        begin = time.monotonic()
        sent = 0
        while sent < limit and not (limit > %d and select.select([sys.stdin], [], [], 0)[0]):
            due = min(limit, int((time.monotonic() - begin) * %d) + 1)
            while sent < due:
                a, b = 1 + sent // 250, 1 + sent %% 250
                if sent %% 10 == 0:
                    s.sendto(b"x", ("10.99.%%d.%%d" %% (a %% 250, b), %d + 100 * (a // 250)))
                else:
                    s.sendto(b"x", ("127.%%d.%%d.%%d" %% (1 + a // 250, a %% 250, b), %d))
                sent += 1
                if sent == 1:
                    print("begun", flush=True)
            time.sleep(0.002)
        print("sent", sent)
        """
                .formatted(ENDING, FLOWS_PER_SECOND, port, port);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
