package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.drover.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Connections through a DNAT rule in a network namespace, found with their translation by clients
 * that are not ours.
 */
class ConntrackIT {

    private static final Duration VISIBLE = Duration.ofSeconds(10);
    private static final String RULES =
            """
            table inet filter {
              chain in {
                type filter hook input priority 0;
                ct state established,related accept
              }
            }
            table ip nat {
              chain out {
                type nat hook output priority -100;
                ip daddr 10.99.0.1 tcp dport 80 dnat to 10.99.0.2:8080
                ip daddr 10.99.0.1 udp dport 53 dnat to 10.99.0.2:5353
              }
            }
            """;

    private static Namespace namespace;
    private static RunningDrover drover;
    private static Process web;

    @BeforeAll
    static void start() throws IOException {
        Needs.root();
        Needs.program("ip", "iproute2");
        Needs.program("nft", "nftables");
        Needs.program("curl", "curl");
        Needs.program("python3", "python3");
        namespace = Namespace.make("drover-it-ct");
        namespace.rules(RULES);
        // A local address in the network of the one that is translated: it gives packets a route
        // and a sender.
        namespace.run("ip", "addr", "add", "10.99.0.2/24", "dev", "lo").orFail();
        web =
                new ProcessBuilder(
                                command(
                                        "python3",
                                        "-m",
                                        "http.server",
                                        "8080",
                                        "--bind",
                                        "10.99.0.2"))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        Await.until(
                "the web server in the namespace answers",
                VISIBLE,
                () ->
                        namespace
                                        .run("curl", "-sf", "-m", "10", "http://10.99.0.2:8080/")
                                        .exitCode()
                                == 0,
                () -> "nothing");
        // This one is there before the agent is: only the dump of the table can tell of it.
        namespace
                .run("curl", "-sf", "-m", "10", "--local-port", "40001", "http://10.99.0.1/")
                .orFail();
        drover = RunningDrover.start("conntrack").within(namespace).ready();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (drover != null) {
            drover.close();
        }
        if (web != null) {
            web.destroy();
            web.waitFor(10, TimeUnit.SECONDS);
        }
        if (namespace != null) {
            namespace.close();
        }
    }

    @Test
    void knowsAConnectionThatWasThereBeforeTheAgent() {
        JsonObject connection = awaitConnection("protocol=tcp&port=40001", 40001);

        assertThat(connection.get("translated").getAsBoolean()).isTrue();
    }

    @Test
    void showsATcpConnectionWithItsTranslation() {
        namespace
                .run("curl", "-sf", "-m", "10", "--local-port", "40002", "http://10.99.0.1/")
                .orFail();

        JsonObject connection = awaitConnection("protocol=tcp&nat=true", 40002);

        assertThat(connection.getAsJsonObject("original").get("destination").getAsString())
                .isEqualTo("10.99.0.1");
        assertThat(connection.getAsJsonObject("original").get("destination_port").getAsInt())
                .isEqualTo(80);
        assertThat(connection.getAsJsonObject("reply").get("source").getAsString())
                .isEqualTo("10.99.0.2");
        assertThat(connection.getAsJsonObject("reply").get("source_port").getAsInt())
                .isEqualTo(8080);
        assertThat(connection.getAsJsonObject("effective").get("destination_port").getAsInt())
                .isEqualTo(8080);
    }

    @Test
    void showsUdpAndIpv6Connections() {
        String udp =
                "import socket; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.bind(('10.99.0.2',40003));"
                        + " s.sendto(b'x',('10.99.0.1',53))";
        String udp6 =
                "import socket; s=socket.socket(socket.AF_INET6,socket.SOCK_DGRAM); s.bind(('::1',40004));"
                        + " s.sendto(b'x',('::1',9))";

        namespace.run("python3", "-c", udp).orFail();
        namespace.run("python3", "-c", udp6).orFail();

        assertThat(
                        awaitConnection("protocol=udp&port=40003", 40003)
                                .get("translated")
                                .getAsBoolean())
                .isTrue();
        assertThat(
                        awaitConnection("protocol=udp&address=::1", 40004)
                                .get("translated")
                                .getAsBoolean())
                .isFalse();
    }

    @Test
    void refusesAFilterThatMakesNoSenseNamingIt() {
        String answer =
                curl("/api/v1/conntrack/connections?port=99999", "-o", "-", "-w", "%{http_code}")
                        .output();

        assertThat(answer).contains("400").contains("port").contains("99999");
    }

    @Test
    void streamsConnectionsToAForeignGrpcClient() throws IOException, InterruptedException {
        String grpcurl = Grpcurl.path();
        Path output = Files.createTempFile("drover-stream", ".json");
        Process stream =
                new ProcessBuilder(
                                command(
                                        grpcurl,
                                        "-cacert",
                                        drover.authority().toString(),
                                        "-H",
                                        "authorization: Bearer " + drover.token(),
                                        "-d",
                                        "{}",
                                        "127.0.0.1:" + drover.port("grpc"),
                                        "drover.v1.Connections/WatchConnections"))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            Await.until(
                    "a new connection comes through the stream with its translation",
                    Duration.ofSeconds(30),
                    () -> {
                        namespace.run("curl", "-sf", "-m", "10", "http://10.99.0.1/").orFail();
                        String seen = Files.readString(output);
                        return seen.contains("\"opened\"")
                                && seen.contains("\"10.99.0.1\"")
                                && seen.contains("8080");
                    },
                    () -> text(output));
        } finally {
            stream.destroy();
            stream.waitFor(10, TimeUnit.SECONDS);
            Files.delete(output);
        }
    }

    @Test
    void showsItsHealthAndServicesToAForeignGrpcClient() {
        String target = "127.0.0.1:" + drover.port("grpc");
        String ca = drover.authority().toString();
        String bearer = "authorization: Bearer " + drover.token();

        String services =
                namespace.run(Grpcurl.path(), "-cacert", ca, "-H", bearer, target, "list").orFail();
        String health =
                namespace
                        .run(
                                Grpcurl.path(),
                                "-cacert",
                                ca,
                                "-H",
                                bearer,
                                target,
                                "grpc.health.v1.Health/Check")
                        .orFail();
        Command.Outcome refused =
                namespace.run(
                        Grpcurl.path(),
                        "-cacert",
                        ca,
                        "-d",
                        "{}",
                        "-import-path",
                        protos(),
                        "-proto",
                        "drover/v1/agent.proto",
                        target,
                        "drover.v1.Agent/GetVersion");

        assertThat(services)
                .contains(
                        "drover.v1.Connections",
                        "drover.v1.Agent",
                        "grpc.health.v1.Health",
                        "grpc.reflection.v1.ServerReflection");
        assertThat(health).contains("SERVING");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.output()).contains("Unauthenticated");
    }

    private static String protos() {
        return Path.of(System.getProperty("drover.itests"))
                .resolve("../bundles/proto/src/main/proto")
                .normalize()
                .toString();
    }

    /** The connection whose sender has this port, once it is visible. */
    private static JsonObject awaitConnection(String query, int sourcePort) {
        JsonObject[] found = new JsonObject[1];
        String[] last = new String[1];
        Await.until(
                "a connection from port " + sourcePort + " under " + query,
                VISIBLE,
                () -> {
                    last[0] = curl("/api/v1/conntrack/connections?" + query).orFail();
                    for (JsonElement element :
                            RunningDrover.json(last[0]).getAsJsonArray("connections")) {
                        JsonObject connection = element.getAsJsonObject();
                        if (connection.getAsJsonObject("original").get("source_port").getAsInt()
                                == sourcePort) {
                            found[0] = connection;
                            return true;
                        }
                    }
                    return false;
                },
                () -> last[0]);
        return found[0];
    }

    private static Command.Outcome curl(String path, String... more) {
        List<String> words =
                new java.util.ArrayList<>(
                        List.of(
                                "curl",
                                "-s",
                                "--cacert",
                                drover.authority().toString(),
                                "-H",
                                "Authorization: Bearer " + drover.token()));
        words.addAll(List.of(more));
        words.add("https://127.0.0.1:" + drover.port("api") + path);
        return namespace.run(words.toArray(String[]::new));
    }

    private static List<String> command(String... words) {
        List<String> all = new java.util.ArrayList<>(namespace.prefix());
        all.addAll(List.of(words));
        return all;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
