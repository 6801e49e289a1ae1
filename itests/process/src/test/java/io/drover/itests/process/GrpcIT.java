package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The gRPC listener as clients that nobody here wrote see it: grpcurl, and grpcio in Python. */
class GrpcIT {

    private static RunningDrover drover;

    @BeforeAll
    static void start() {
        drover = RunningDrover.start("grpc").ready();
    }

    @AfterAll
    static void stop() {
        drover.close();
    }

    private static Command.Outcome grpcurl(String token, String... words) {
        List<String> all =
                new ArrayList<>(List.of(Grpcurl.path(), "-cacert", drover.authority().toString()));
        if (token != null) {
            all.addAll(List.of("-H", "authorization: Bearer " + token));
        }
        for (String word : words) {
            all.add(word.replace("TARGET", "127.0.0.1:" + drover.port("grpc")));
        }
        return Command.run(java.util.Map.of(), all);
    }

    @Test
    void listsAndDescribesItsServicesByReflection() {
        assertThat(grpcurl(drover.token(), "TARGET", "list").orFail())
                .contains(
                        "drover.v1.Agent",
                        "drover.v1.Autoscaling",
                        "drover.v1.Config",
                        "drover.v1.Connections",
                        "drover.v1.Control",
                        "drover.v1.Metadata",
                        "grpc.channelz.v1.Channelz",
                        "grpc.health.v1.Health");
        assertThat(
                        grpcurl(
                                        drover.token(),
                                        "TARGET",
                                        "describe",
                                        "drover.v1.Connections.WatchConnections")
                                .orFail())
                .contains("stream .drover.v1.ConnectionEvent");
    }

    @Test
    void saysHowEachServiceIsToWhoeverAsks() {
        assertThat(grpcurl(null, "TARGET", "list").exitCode()).isNotZero();
        assertThat(
                        grpcurl(
                                        drover.token(),
                                        "-d",
                                        "{\"service\":\"drover.v1.Agent\"}",
                                        "TARGET",
                                        "grpc.health.v1.Health/Check")
                                .orFail())
                .contains("\"SERVING\"");
        assertThat(
                        grpcurl(
                                        drover.token(),
                                        "-d",
                                        "{\"service\":\"no.such.Service\"}",
                                        "TARGET",
                                        "grpc.health.v1.Health/Check")
                                .output())
                .contains("NotFound");
    }

    @Test
    void tellsAForeignClientWhyItRefuses() {
        assertThat(grpcurl("x".repeat(64), "TARGET", "drover.v1.Agent/GetVersion").output())
                .contains("Unauthenticated");
        assertThat(
                        grpcurl(
                                        drover.token(),
                                        "-d",
                                        "{\"filter\":{\"port\":65536}}",
                                        "TARGET",
                                        "drover.v1.Connections/ListConnections")
                                .output())
                .contains("InvalidArgument")
                .contains("filter.port must be from 0 to 65535, is 65536")
                .contains("google.rpc.BadRequest");
    }

    @Test
    void showsItsConnectionsToAdminsByChannelz() {
        assertThat(
                        grpcurl(drover.token(), "TARGET", "grpc.channelz.v1.Channelz/GetServers")
                                .orFail())
                .contains("calls_started");
    }

    @Test
    void servesAClientInAnotherLanguageMadeFromTheProtoFiles() {
        Command.Outcome outcome = PythonClient.run(drover, "check");

        assertThat(outcome.output()).contains("errors are told").endsWith("ok\n");
        assertThat(outcome.exitCode()).isZero();
    }
}
