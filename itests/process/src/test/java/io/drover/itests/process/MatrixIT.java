package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.drover.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every route of the API, as the agent describes it, with every kind of token, every method and
 * every way to write a path: the status of each cell follows from the route's audience alone.
 */
class MatrixIT {

    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW");
    private static final String CLUSTER_TOKEN = "0123456789abcdef".repeat(4);
    private static final int UNDER_WAY = 64;
    private static final boolean WHOLE = Boolean.getBoolean("drover.matrix.whole");
    private static final Duration SOON = Duration.ofSeconds(20);

    /** What a token opens: audiences to read, audiences to change. */
    @SuppressWarnings("ImmutableEnumChecker") // made by Set.of, which cannot be changed
    private enum Token {
        NONE,
        EMPTY,
        MALFORMED,
        WRONG,
        IN_THE_QUERY,
        EXPIRED,
        ROTATED_OUT,
        METRICS(Set.of(), false, false),
        GRPC(Set.of(), false, false),
        READ(Set.of("LOCAL", "CLUSTER"), true, false),
        CLUSTER(Set.of("CLUSTER"), true, true),
        LOCAL(Set.of("LOCAL", "CLUSTER", "ADMIN"), true, true),
        ADMIN(Set.of("LOCAL", "CLUSTER", "ADMIN"), true, true);

        private final boolean known;
        private final Set<String> audiences;
        private final boolean reads;
        private final boolean changes;

        Token() {
            this.known = false;
            this.audiences = Set.of();
            this.reads = false;
            this.changes = false;
        }

        Token(Set<String> audiences, boolean reads, boolean changes) {
            this.known = true;
            this.audiences = audiences;
            this.reads = reads;
            this.changes = changes;
        }

        /** Too many of those that are nobody's, from one place, are told to wait. */
        private Set<Integer> refusals() {
            return switch (this) {
                case NONE, IN_THE_QUERY -> Set.of(401);
                default -> Set.of(401, 429);
            };
        }
    }

    /** How a path may be written. */
    private enum Spelling {
        EXACT(200),
        LETTER_ENCODED(200),
        SLASH_ENCODED(400),
        SLASH_ENCODED_TWICE(404),
        DOT_SEGMENT(400),
        DOTS_SEGMENT(400),
        DOTS_ENCODED(400),
        SLASH_TWICE(400),
        SLASH_AT_THE_END(404),
        OTHER_CASE(404),
        PARAMETER(400),
        PARAMETER_AT_THE_END(400),
        NUL(400),
        BACKSLASH(400),
        NOT_UTF8(400);

        /** Asked for in every test run; the others in the campaign. */
        private static final Set<Spelling> SOME =
                EnumSet.of(EXACT, SLASH_ENCODED_TWICE, DOTS_ENCODED, PARAMETER_AT_THE_END);

        /** To who may ask; 200 stands for what the route itself says. */
        private final int status;

        Spelling(int status) {
            this.status = status;
        }

        private String of(String path) {
            int last = path.lastIndexOf('/');
            return switch (this) {
                case EXACT -> path;
                case LETTER_ENCODED -> path.replaceFirst("/api/", "/%61pi/");
                case SLASH_ENCODED -> path.substring(0, last) + "%2F" + path.substring(last + 1);
                case SLASH_ENCODED_TWICE ->
                        path.substring(0, last) + "%252F" + path.substring(last + 1);
                case DOT_SEGMENT -> path.substring(0, last) + "/." + path.substring(last);
                case DOTS_SEGMENT -> path.substring(0, last) + "/x/.." + path.substring(last);
                case DOTS_ENCODED -> path.substring(0, last) + "/x/%2e%2E" + path.substring(last);
                case SLASH_TWICE -> path.substring(0, last) + "/" + path.substring(last);
                case SLASH_AT_THE_END -> path + "/";
                case OTHER_CASE -> path.replaceFirst("/api/v1/", "/api/V1/");
                case PARAMETER -> path.replaceFirst("/v1/", "/v1;a=b/");
                case PARAMETER_AT_THE_END -> path + ";a=b";
                case NUL -> path + "%00";
                case BACKSLASH -> path.substring(0, last) + "%5C" + path.substring(last + 1);
                case NOT_UTF8 -> path + "%ff";
            };
        }
    }

    private record Cell(String path, String method, Token token, Spelling spelling) {}

    private static RunningDrover drover;
    private static int apiPort;
    private static Map<Token, String> tokens;
    private static Map<String, Map<String, String>> audiences;

    /** The paths whose last part can be any name. */
    private static final Set<String> endsInName = new HashSet<>();

    @BeforeAll
    static void start() throws IOException {
        RunningDrover.Start start =
                RunningDrover.start("matrix")
                        .environment("DROVER_HTTP_RATE_PER_SECOND", "0")
                        .environment("DROVER_HTTP_RATE_HEAVY_PER_SECOND", "0")
                        .environment("DROVER_HTTP_RATE_CHANGE_PER_SECOND", "0");
        Path secrets =
                Files.createDirectories(
                        start.home().resolve("secrets"),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        Path cluster = Files.writeString(secrets.resolve("cluster_token"), CLUSTER_TOKEN + "\n");
        Files.setPosixFilePermissions(cluster, PosixFilePermissions.fromString("rw-------"));
        drover = start.ready();
        apiPort = drover.port("api");
        audiences = audiences();
        tokens = tokens();
    }

    @AfterAll
    static void stop() {
        drover.close();
    }

    /** Path → method → audience, of the description; the names in a path stand for themselves. */
    private static Map<String, Map<String, String>> audiences() {
        Map<String, Map<String, String>> byPath = new TreeMap<>();
        JsonObject paths = drover.apiJson("/api/v1/openapi.json").getAsJsonObject("paths");
        for (String template : paths.keySet()) {
            JsonObject operations = paths.getAsJsonObject(template);
            Map<String, String> byMethod = new TreeMap<>();
            for (String method : operations.keySet()) {
                byMethod.put(
                        method.toUpperCase(java.util.Locale.ROOT),
                        operations.getAsJsonObject(method).get("x-audience").getAsString());
            }
            if (byMethod.containsKey("GET")) {
                byMethod.put("HEAD", byMethod.get("GET"));
            }
            String path = template.replaceAll("[{}]", "");
            byPath.put(path, byMethod);
            if (template.endsWith("}")) {
                endsInName.add(path);
            }
        }
        return byPath;
    }

    private static Map<Token, String> tokens() {
        String wrong = drover.token().substring(1) + (drover.token().endsWith("0") ? "1" : "0");
        Map<Token, String> made = new LinkedHashMap<>();
        made.put(Token.EMPTY, "Bearer ");
        made.put(Token.MALFORMED, "Basic " + drover.token());
        made.put(Token.WRONG, "Bearer " + wrong);
        for (String scope : List.of("admin", "read", "metrics", "grpc")) {
            made.put(
                    Token.valueOf(scope.toUpperCase(java.util.Locale.ROOT)),
                    "Bearer " + create("of-" + scope, scope, ""));
        }
        made.put(Token.EXPIRED, "Bearer " + create("expired", "admin", "&life=1s"));
        made.put(Token.ROTATED_OUT, "Bearer " + create("rotated", "admin", ""));
        assertThat(post("/api/v1/tokens/rotated/rotate?overlap=1s").statusCode()).isEqualTo(200);
        made.put(Token.CLUSTER, "Bearer " + CLUSTER_TOKEN);
        made.put(Token.LOCAL, "Bearer " + drover.token());
        for (Token ending : List.of(Token.EXPIRED, Token.ROTATED_OUT)) {
            Await.until(
                    ending + " is over",
                    SOON,
                    () ->
                            drover.api(
                                                    "GET",
                                                    "/api/v1/version",
                                                    made.get(ending).substring("Bearer ".length()))
                                            .statusCode()
                                    != 200,
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

    /** The route that a cell asks for; null for none. */
    private static String route(Cell cell) {
        if (cell.spelling.status == 200) {
            return cell.path;
        }
        // Decoded once, as it must be, that is a name with a percent sign in it.
        String before = cell.path.substring(0, cell.path.lastIndexOf('/'));
        return cell.spelling == Spelling.SLASH_ENCODED_TWICE && endsInName.contains(before)
                ? before
                : null;
    }

    /** What a cell must be answered with. */
    private static Set<Integer> expected(Cell cell) {
        boolean reads = cell.method.equals("GET") || cell.method.equals("HEAD");
        String route = route(cell);
        String audience = route == null ? null : audiences.get(route).get(cell.method);
        if ("PUBLIC".equals(audience)) {
            return Set.of();
        }
        if (!cell.token.known) {
            return cell.token.refusals();
        }
        if (!(reads ? cell.token.reads : cell.token.changes)) {
            return Set.of(403);
        }
        if (route == null) {
            return Set.of(cell.spelling.status);
        }
        if (audience == null) {
            return Set.of(405);
        }
        return cell.token.audiences.contains(audience) ? Set.of() : Set.of(403);
    }

    /** All cells but those that would change something. */
    private static List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (String path : audiences.keySet()) {
            for (Spelling spelling : WHOLE ? EnumSet.allOf(Spelling.class) : Spelling.SOME) {
                for (String method : METHODS) {
                    for (Token token : Token.values()) {
                        Cell cell = new Cell(path, method, token, spelling);
                        boolean reads = method.equals("GET") || method.equals("HEAD");
                        if (reads || !expected(cell).isEmpty()) {
                            cells.add(cell);
                        }
                    }
                }
            }
        }
        return cells;
    }

    @Test
    void answersEachCellByTheAudienceOfItsRouteAlone() throws Exception {
        List<Cell> cells = cells();
        Map<Cell, Integer> statuses = statuses(cells);

        List<String> wrong = new ArrayList<>();
        Set<String> admitted = new TreeSet<>();
        for (Cell cell : cells) {
            Set<Integer> expected = expected(cell);
            int status = statuses.get(cell);
            // What is no text at all the server may refuse before anybody is asked who comes.
            boolean garbage = cell.spelling == Spelling.NUL && status == 400;
            boolean right =
                    expected.isEmpty()
                            ? status != 401 && status != 403 && status != 405 && status != 429
                            : expected.contains(status) || garbage;
            if (!right) {
                wrong.add(cell + " gave " + status + ", expected " + expected);
            }
            if (expected.isEmpty()) {
                admitted.add(cell.path);
            }
        }

        System.out.println("matrix: " + cells.size() + " cells, " + admitted.size() + " routes");
        assertThat(wrong).isEmpty();
        assertThat(cells).hasSizeGreaterThan(10_000);
        assertThat(admitted).isNotEmpty();
        assertExecuted(cells);
    }

    /** The agent's own count of what its routes have answered: the admitted cells and no other. */
    private static void assertExecuted(List<Cell> cells) {
        long admitted = cells.stream().filter(cell -> expected(cell).isEmpty()).count();
        long changes =
                executed().entrySet().stream()
                        .filter(e -> !e.getKey().matches("GET|HEAD"))
                        .mapToLong(Map.Entry::getValue)
                        .sum();
        long reads = executed().values().stream().mapToLong(n -> n).sum() - changes;
        // This class itself made five tokens and rotated one, and read a few times.
        assertThat(changes).as("changes that were carried out").isLessThanOrEqualTo(8);
        assertThat(reads).isBetween(admitted, admitted + 2_000);
    }

    private static Map<String, Long> executed() {
        return drover.plain("metrics", "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("drover_http_requests_total{"))
                .filter(line -> line.contains("listener=\"api\""))
                .filter(line -> !line.contains("route=\"none\""))
                .collect(
                        Collectors.groupingBy(
                                line -> line.replaceAll(".*method=\"([A-Za-z]*)\".*", "$1"),
                                TreeMap::new,
                                Collectors.summingLong(
                                        line ->
                                                (long)
                                                        Double.parseDouble(
                                                                line.substring(
                                                                        line.lastIndexOf(' ')
                                                                                + 1)))));
    }

    private static Map<Cell, Integer> statuses(List<Cell> cells) throws Exception {
        HttpClient client = drover.client();
        Semaphore places = new Semaphore(UNDER_WAY);
        Map<Cell, CompletableFuture<Integer>> answers = new LinkedHashMap<>();
        for (Cell cell : cells) {
            places.acquire();
            answers.put(
                    cell,
                    ask(client, request(cell), 3)
                            .whenComplete((status, failure) -> places.release()));
        }
        Map<Cell, Integer> statuses = new LinkedHashMap<>();
        for (Map.Entry<Cell, CompletableFuture<Integer>> answer : answers.entrySet()) {
            statuses.put(answer.getKey(), answer.getValue().get());
        }
        return statuses;
    }

    /**
     * What is refused before it is read whole may end its connection, and with it what the client
     * has already put behind it: that is asked again. No cell changes anything.
     */
    private static CompletableFuture<Integer> ask(
            HttpClient client, HttpRequest request, int times) {
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                .thenApply(MatrixIT::status)
                .exceptionallyCompose(
                        failure ->
                                times > 1
                                        ? ask(client, request, times - 1)
                                        : CompletableFuture.failedFuture(failure));
    }

    /** A live stream has no end: its head is enough. */
    private static int status(HttpResponse<InputStream> response) {
        try (InputStream body = response.body()) {
            boolean live =
                    response.headers()
                            .firstValue("Content-Type")
                            .orElse("")
                            .startsWith("text/event-stream");
            if (!live) {
                body.readAllBytes();
            }
            return response.statusCode();
        } catch (IOException e) {
            return -1;
        }
    }

    private static HttpRequest request(Cell cell) {
        String query =
                cell.token == Token.IN_THE_QUERY
                        ? "?token=" + drover.token() + "&access_token=" + drover.token()
                        : "";
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "https://127.0.0.1:"
                                                + apiPort
                                                + cell.spelling.of(cell.path)
                                                + query))
                        .timeout(Duration.ofSeconds(60))
                        .method(cell.method, HttpRequest.BodyPublishers.noBody());
        if (tokens.containsKey(cell.token)) {
            request.header("Authorization", tokens.get(cell.token));
        }
        return request.build();
    }

    @Test
    void answersTheOpenListenersByTheirPathsAloneWhateverTokenIsShown() {
        Map<String, Integer> byPath = new LinkedHashMap<>();
        for (String path : List.of("/live", "/ready", "/startup")) {
            byPath.put(path, 200);
            byPath.put(path + "/", 404);
            byPath.put(path + ";a=b", 400);
            byPath.put("/" + path, 400);
            byPath.put(path + "/x/..", 400);
            byPath.put(path.toUpperCase(java.util.Locale.ROOT), 404);
        }
        byPath.put("/metrics", 404);
        byPath.put("/api/v1/version", 404);
        byPath.put("/debug/threads", 404);
        for (Map.Entry<String, Integer> path : byPath.entrySet()) {
            for (String token : Stream.concat(Stream.of(""), tokens.values().stream()).toList()) {
                HttpRequest.Builder request =
                        HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:"
                                                + drover.port("health")
                                                + path.getKey()));
                if (!token.isEmpty()) {
                    request.header("Authorization", token);
                }

                assertThat(drover.send(request).statusCode())
                        .as(path.getKey() + " with " + token)
                        .isEqualTo(path.getValue());
            }
        }
    }
}
