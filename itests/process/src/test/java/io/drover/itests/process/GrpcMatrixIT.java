package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import io.drover.testing.Await;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every method that the server lists with every kind of credential: who may, may; who may not,
 * learns nothing, and nothing is done for him.
 */
class GrpcMatrixIT {

    private static final String CLUSTER_TOKEN = "0123456789abcdef".repeat(4);
    private static final Duration SOON = Duration.ofSeconds(20);

    /** What a refusal says beside its status. */
    private static final Map<String, String> REFUSALS =
            Map.of(
                    "TOKEN_INVALID", "UNAUTHENTICATED",
                    "AUDIENCE_MISSING", "PERMISSION_DENIED",
                    "TOO_MANY_FAILURES", "RESOURCE_EXHAUSTED");

    /** For whom the methods of each service are, written a second time. */
    private static final Map<String, String> AUDIENCES =
            Map.of(
                    "grpc.health.v1.Health", "PUBLIC",
                    "grpc.reflection.v1.ServerReflection", "LOCAL",
                    "grpc.reflection.v1alpha.ServerReflection", "LOCAL",
                    "grpc.channelz.v1.Channelz", "ADMIN",
                    "drover.v1.Agent", "LOCAL",
                    "drover.v1.Config", "LOCAL",
                    "drover.v1.Connections", "LOCAL",
                    "drover.v1.Autoscaling", "CLUSTER",
                    "drover.v1.Metadata", "CLUSTER",
                    "drover.v1.Control", "ADMIN");

    /** What each known token opens beside what is open; the others open nothing. */
    private static final Map<String, Set<String>> OPENS =
            Map.of(
                    "metrics", Set.of(),
                    "read", Set.of(),
                    "grpc", Set.of("LOCAL", "CLUSTER"),
                    "cluster", Set.of("CLUSTER"),
                    "local", Set.of("LOCAL", "CLUSTER", "ADMIN"),
                    "admin", Set.of("LOCAL", "CLUSTER", "ADMIN"));

    private static final Pattern CELL =
            Pattern.compile("cell (\\S+) (\\S+) ([A-Z_]+) (\\S+) messages=(\\d)");

    private static final Pattern SERVICE_OR_METHOD =
            Pattern.compile("^ *(service|rpc) (\\w+)", Pattern.MULTILINE);

    private record Cell(String method, String credential, List<String> authorization) {

        private String audience() {
            return AUDIENCES.get(method.substring(0, method.indexOf('/')));
        }

        private boolean admitted() {
            return audience().equals("PUBLIC")
                    || OPENS.getOrDefault(credential, Set.of()).contains(audience());
        }

        private boolean isRight(String code, String reason, boolean told) {
            if (admitted()) {
                return !REFUSALS.containsKey(reason) && !code.equals("UNIMPLEMENTED");
            }
            if (told || !code.equals(REFUSALS.get(reason))) {
                return false;
            }
            if (OPENS.containsKey(credential)) {
                return code.equals("PERMISSION_DENIED");
            }
            // Too many tokens that are nobody's, from one place: it is told to wait.
            return code.equals("UNAUTHENTICATED")
                    || (code.equals("RESOURCE_EXHAUSTED") && !credential.equals("none"));
        }
    }

    private static RunningDrover drover;

    @BeforeAll
    static void start() throws IOException {
        RunningDrover.Start start = RunningDrover.start("grpc-matrix");
        Path secrets =
                Files.createDirectories(
                        start.home().resolve("secrets"),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        Path cluster = Files.writeString(secrets.resolve("cluster_token"), CLUSTER_TOKEN + "\n");
        Files.setPosixFilePermissions(cluster, PosixFilePermissions.fromString("rw-------"));
        drover = start.ready();
    }

    @AfterAll
    static void stop() {
        drover.close();
    }

    @Test
    void answersEachMethodToEachCredentialByItsAudienceAndDoesNothingForWhoIsRefused()
            throws IOException {
        List<String> methods = methods();
        assertThat(methods).containsAll(published()).hasSizeGreaterThan(published().size());
        List<Cell> cells = new ArrayList<>();
        credentials()
                .forEach(
                        (name, authorization) ->
                                methods.forEach(
                                        method ->
                                                cells.add(new Cell(method, name, authorization))));
        List<Cell> refused = cells.stream().filter(cell -> !cell.admitted()).toList();
        List<Cell> admitted = cells.stream().filter(Cell::admitted).toList();
        Map<String, Long> before = sent();

        assertRight(refused);

        assertThat(sent()).as("messages that were sent to the refused").isEqualTo(before);

        long told = assertRight(admitted);

        assertThat(sent().values().stream().mapToLong(n -> n).sum())
                .as("messages that were sent to the admitted")
                .isGreaterThanOrEqualTo(before.values().stream().mapToLong(n -> n).sum() + told);
        assertThat(told).as("cells that were told something").isGreaterThan(20);
        System.out.println(
                "grpc matrix: "
                        + methods.size()
                        + " methods, "
                        + refused.size()
                        + " cells refused, "
                        + admitted.size()
                        + " admitted");
    }

    /** Every method, as the server itself lists them. */
    private static List<String> methods() {
        List<String> methods = new ArrayList<>();
        List<String> services = grpcurl("list");
        assertThat(services)
                .as("services, beside those of this table")
                .containsExactlyInAnyOrderElementsOf(AUDIENCES.keySet());
        for (String service : services) {
            for (String method : grpcurl("list", service)) {
                methods.add(service + "/" + method.substring(service.length() + 1));
            }
        }
        return methods;
    }

    /** Every method of drover.v1, as the published files say. */
    private static List<String> published() throws IOException {
        List<String> methods = new ArrayList<>();
        Path folder =
                Path.of(System.getProperty("drover.itests"))
                        .resolve("../bundles/proto/src/main/proto/drover/v1");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.proto")) {
            for (Path file : files) {
                String service = "";
                Matcher line = SERVICE_OR_METHOD.matcher(Files.readString(file));
                while (line.find()) {
                    if (line.group(1).equals("service")) {
                        service = "drover.v1." + line.group(2);
                    } else {
                        methods.add(service + "/" + line.group(2));
                    }
                }
            }
        }
        return methods;
    }

    private static List<String> grpcurl(String... words) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                Grpcurl.path(),
                                "-cacert",
                                drover.authority().toString(),
                                "-H",
                                "authorization: Bearer " + drover.token(),
                                "127.0.0.1:" + drover.port("grpc")));
        all.addAll(List.of(words));
        return Command.run(Map.of(), all).orFail().lines().toList();
    }

    private static Map<String, List<String>> credentials() {
        String local = drover.token();
        Map<String, List<String>> made = new LinkedHashMap<>();
        made.put("none", List.of());
        made.put("empty", List.of("Bearer "));
        made.put("malformed", List.of("Basic " + local));
        made.put("bare", List.of(local));
        made.put("two-values", List.of("Bearer " + local, "Bearer " + local));
        made.put(
                "wrong",
                List.of("Bearer " + local.substring(1) + (local.endsWith("0") ? "1" : "0")));
        for (String scope : List.of("admin", "read", "metrics", "grpc")) {
            made.put(scope, List.of("Bearer " + create("of-" + scope, scope, "")));
        }
        String expired = create("expired", "admin", "&life=1s");
        String rotated = create("rotated", "admin", "");
        assertThat(post("/api/v1/tokens/rotated/rotate?overlap=1s").statusCode()).isEqualTo(200);
        made.put("expired", List.of("Bearer " + expired));
        made.put("rotated-out", List.of("Bearer " + rotated));
        made.put("cluster", List.of("Bearer " + CLUSTER_TOKEN));
        made.put("local", List.of("Bearer " + local));
        for (String ending : List.of(expired, rotated)) {
            Await.until(
                    "the token is over",
                    SOON,
                    () -> drover.api("GET", "/api/v1/version", ending).statusCode() != 200,
                    () -> "it still opens");
        }
        return made;
    }

    private static String create(String name, String scope, String more) {
        HttpResponse<String> made = post("/api/v1/tokens?name=" + name + "&scope=" + scope + more);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return RunningDrover.json(made.body()).get("token").getAsString();
    }

    private static HttpResponse<String> post(String path) {
        return drover.api("POST", path, drover.token());
    }

    /** Returns how many cells got a message, of those that {@link #sent()} counts. */
    private static long assertRight(List<Cell> cells) throws IOException {
        Path file =
                Files.writeString(drover.home().resolve("cells.json"), new Gson().toJson(cells));
        String output = PythonClient.run(drover, "ask", file.toString()).orFail();
        Matcher line = CELL.matcher(output);
        List<String> wrong = new ArrayList<>();
        long told = 0;
        for (Cell cell : cells) {
            assertThat(line.find()).as(output).isTrue();
            assertThat(line.group(1) + " " + line.group(2))
                    .isEqualTo(cell.method() + " " + cell.credential());
            if (line.group(5).equals("1") && !cell.audience().equals("PUBLIC")) {
                told++;
            }
            if (!cell.isRight(line.group(3), line.group(4), line.group(5).equals("1"))) {
                wrong.add(line.group());
            }
        }
        assertThat(wrong).isEmpty();
        return told;
    }

    /**
     * How many messages each method has sent, as the agent itself counts; what is open left out.
     */
    private static Map<String, Long> sent() {
        Map<String, Long> counts = new TreeMap<>();
        drover.plain("metrics", "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("drover_grpc_messages_total{"))
                .filter(line -> line.contains("direction=\"sent\""))
                .filter(line -> !line.contains("grpc.health.v1"))
                .forEach(
                        line ->
                                counts.put(
                                        line.replaceAll(".*method=\"([^\"]*)\".*", "$1"),
                                        (long)
                                                Double.parseDouble(
                                                        line.substring(
                                                                line.lastIndexOf(' ') + 1))));
        assertThat(counts).hasSizeGreaterThan(20);
        return counts;
    }
}
