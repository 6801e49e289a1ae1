package io.drover.http.internal.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.http.Endpoint;
import io.drover.api.http.Method;
import io.drover.api.http.Reply;
import io.drover.api.http.Route;
import io.drover.api.security.Audience;
import io.drover.api.security.Guard;
import io.drover.api.security.Use;
import io.drover.testing.FixedGuard;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {

    private static final List<String> NONE = List.of();
    private static final List<String> LOCAL = List.of("Bearer " + FixedGuard.LOCAL);
    private static final List<String> CLUSTER = List.of("Bearer " + FixedGuard.CLUSTER);

    private final FixedGuard fixed = new FixedGuard();
    private Optional<Guard> guard = Optional.of(fixed);
    private final Gate gate = new Gate(new Router(routes(), System::nanoTime), () -> guard);

    private static List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (Audience audience : Audience.values()) {
            String path = "/api/v1/" + audience.name().toLowerCase(java.util.Locale.ROOT);
            routes.add(Route.get(path, audience, "", r -> Reply.text("")));
            routes.add(
                    new Route(
                            Endpoint.API,
                            Method.POST,
                            path,
                            audience == Audience.PUBLIC ? Audience.ADMIN : audience,
                            "",
                            List.of(),
                            r -> Reply.text("")));
        }
        routes.add(Route.open(Endpoint.METRICS, "/metrics", "", r -> Reply.text("")));
        routes.add(Route.open(Endpoint.METRICS, "/debug/threads", "", r -> Reply.text("")));
        routes.add(Route.open(Endpoint.HEALTH, "/live", "", r -> Reply.text("")));
        return routes;
    }

    private Verdict judge(
            Endpoint endpoint,
            boolean guarded,
            String method,
            String path,
            List<String> authorizations) {
        return gate.judge(asked(endpoint, guarded, true, method, path, authorizations));
    }

    private static Asked asked(
            Endpoint endpoint,
            boolean guarded,
            boolean nearby,
            String method,
            String path,
            List<String> authorizations) {
        return new Asked(
                endpoint,
                guarded,
                nearby,
                method,
                path,
                authorizations,
                Optional.of(InetAddress.getLoopbackAddress()),
                List.of());
    }

    private int api(String method, String path, List<String> authorizations) {
        return status(judge(Endpoint.API, true, method, path, authorizations));
    }

    private static int status(Verdict verdict) {
        return verdict instanceof Verdict.Refused refused ? refused.status() : 200;
    }

    private static List<String> header(String token) {
        return switch (token) {
            case "none" -> NONE;
            case "wrong" -> List.of("Bearer wrong");
            case "local" -> LOCAL;
            case "cluster" -> CLUSTER;
            case "read" -> List.of("Bearer " + FixedGuard.READ);
            case "metrics" -> List.of("Bearer " + FixedGuard.METRICS);
            case "grpc" -> List.of("Bearer " + FixedGuard.GRPC);
            case "expired" -> List.of("Bearer " + FixedGuard.EXPIRED);
            case "often" -> List.of("Bearer " + FixedGuard.TOO_OFTEN);
            case "undecided" -> List.of("Bearer " + FixedGuard.UNDECIDED);
            case "admin" -> List.of("Bearer " + FixedGuard.ADMIN);
            case "empty" -> List.of("");
            case "bearer" -> List.of("Bearer ");
            case "bare" -> List.of(FixedGuard.LOCAL);
            case "basic" -> List.of("Basic " + FixedGuard.LOCAL);
            case "two" -> List.of(LOCAL.get(0), LOCAL.get(0));
            default -> throw new IllegalArgumentException(token);
        };
    }

    @ParameterizedTest
    @CsvSource({
        // token, GET PUBLIC, LOCAL, CLUSTER, ADMIN, POST CLUSTER, ADMIN
        "none,      200, 401, 401, 401, 401, 401",
        "wrong,     200, 401, 401, 401, 401, 401",
        "empty,     200, 401, 401, 401, 401, 401",
        "bearer,    200, 401, 401, 401, 401, 401",
        "bare,      200, 401, 401, 401, 401, 401",
        "basic,     200, 401, 401, 401, 401, 401",
        "two,       200, 401, 401, 401, 401, 401",
        "expired,   200, 401, 401, 401, 401, 401",
        "often,     200, 429, 429, 429, 429, 429",
        "undecided, 200, 503, 503, 503, 503, 503",
        "metrics,   200, 403, 403, 403, 403, 403",
        "grpc,      200, 403, 403, 403, 403, 403",
        "read,      200, 200, 200, 403, 403, 403",
        "cluster,   200, 403, 200, 403, 200, 403",
        "local,     200, 200, 200, 200, 200, 200",
        "admin,     200, 200, 200, 200, 200, 200",
    })
    void admitsEachTokenToItsAudiencesAlone(
            String token,
            int open,
            int local,
            int cluster,
            int admin,
            int changeCluster,
            int changeAdmin) {
        List<String> shown = header(token);

        assertThat(api("GET", "/api/v1/public", shown)).isEqualTo(open);
        assertThat(api("GET", "/api/v1/local", shown)).isEqualTo(local);
        assertThat(api("GET", "/api/v1/cluster", shown)).isEqualTo(cluster);
        assertThat(api("GET", "/api/v1/admin", shown)).isEqualTo(admin);
        assertThat(api("HEAD", "/api/v1/admin", shown)).isEqualTo(admin);
        assertThat(api("POST", "/api/v1/cluster", shown)).isEqualTo(changeCluster);
        assertThat(api("POST", "/api/v1/admin", shown)).isEqualTo(changeAdmin);
        assertThat(api("POST", "/api/v1/public", shown)).isEqualTo(changeAdmin);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api",
        "GET, /api/",
        "GET, /api/v1/nope",
        "GET, /api/v1/public/",
        "GET, /api/v1/public/x",
        "DELETE, /api/v1/public",
        "BREW, /api/v1/public",
        "get, /api/v1/public",
        "OPTIONS, /api/v1/local",
        "GET, /api/v1/../v1/public",
        "GET, /api/v1/public;x",
        "GET, /api/v1//public",
        "GET, /api/v1/%2e/public",
    })
    void tellsWhoHasNoTokenNothingOfWhatExists(String method, String path) {
        assertThat(api(method, path, NONE)).isEqualTo(401);
        assertThat(api(method, path, header("wrong"))).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/nope, 404",
        "GET, /api/v1/local/, 404",
        "DELETE, /api/v1/local, 405",
        "BREW, /api/v1/local, 405",
        "get, /api/v1/local, 405",
        "GET, /api/v1//local, 400",
        "GET, /api/v1/../v1/local, 400",
        "GET, /api/v1/local;x, 400",
        "GET, /api/v1/%6cocal, 200",
    })
    void tellsWhoHasATokenWhatIsWrong(String method, String path, int status) {
        assertThat(api(method, path, LOCAL)).isEqualTo(status);
    }

    @Test
    void namesTheMethodsThatAPathKnows() {
        Verdict verdict = judge(Endpoint.API, true, "DELETE", "/api/v1/local", LOCAL);

        assertThat(((Verdict.Refused) verdict).headers()).containsEntry("Allow", "GET, HEAD, POST");
    }

    @Test
    void asksForABearerToken() {
        Verdict missing = judge(Endpoint.API, true, "GET", "/api/v1/local", NONE);
        Verdict unknown = judge(Endpoint.API, true, "GET", "/api/v1/local", header("wrong"));
        Verdict outside = judge(Endpoint.API, true, "GET", "/api/v1/local", CLUSTER);

        assertThat(((Verdict.Refused) missing).headers())
                .containsEntry("WWW-Authenticate", "Bearer realm=\"drover\"");
        assertThat(((Verdict.Refused) unknown).headers().get("WWW-Authenticate"))
                .contains("error=\"invalid_token\"");
        assertThat(((Verdict.Refused) outside).headers().get("WWW-Authenticate"))
                .contains("error=\"insufficient_scope\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "wrong", "local", "admin"})
    void refusesAllButPublicRoutesWhileNobodyKnowsTheTokens(String token) {
        guard = Optional.empty();

        assertThat(api("GET", "/api/v1/admin", header(token))).isEqualTo(503);
        assertThat(api("GET", "/api/v1/nope", header(token))).isEqualTo(503);
        assertThat(api("GET", "/api/v1/public", header(token))).isEqualTo(200);
        assertThat(status(judge(Endpoint.METRICS, true, "GET", "/metrics", header(token))))
                .isEqualTo(503);
    }

    @Test
    void asksForATokenOnTheApiEvenIfSomebodyOpenedItWithoutTls() {
        assertThat(status(judge(Endpoint.API, false, "GET", "/api/v1/local", NONE))).isEqualTo(401);
    }

    @Test
    void asksTheGuardOnceWithTheDecodedPathAndWithoutTheQuery() {
        assertThat(api("POST", "/api/v1/%6cocal", LOCAL)).isEqualTo(200);

        assertThat(fixed.attempts())
                .singleElement()
                .satisfies(
                        attempt -> {
                            assertThat(attempt.path()).isEqualTo("/api/v1/local");
                            assertThat(attempt.use()).isEqualTo(Use.CHANGE);
                            assertThat(attempt.verb()).isEqualTo("post");
                            assertThat(attempt.audience()).isEqualTo(Audience.LOCAL);
                            assertThat(attempt.source()).hasValue(InetAddress.getLoopbackAddress());
                        });
    }

    @Test
    void saysWhenItIsWorthAnotherTry() {
        Verdict verdict = judge(Endpoint.API, true, "GET", "/api/v1/local", header("often"));

        assertThat(((Verdict.Refused) verdict).headers()).containsEntry("Retry-After", "7");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void showsDebugPagesToClientsOfThisHostAlone(boolean nearby) {
        List<String> scraper = header("metrics");

        assertThat(
                        status(
                                gate.judge(
                                        asked(
                                                Endpoint.METRICS,
                                                true,
                                                nearby,
                                                "GET",
                                                "/debug/threads",
                                                scraper))))
                .isEqualTo(nearby ? 200 : 404);
        assertThat(
                        status(
                                gate.judge(
                                        asked(
                                                Endpoint.METRICS,
                                                false,
                                                nearby,
                                                "GET",
                                                "/%64ebug/threads",
                                                NONE))))
                .isEqualTo(nearby ? 200 : 404);
    }

    @Test
    void tellsTheRouteWhoAsks() {
        Verdict verdict = judge(Endpoint.API, true, "GET", "/api/v1/local", LOCAL);

        assertThat(((Verdict.Admitted) verdict).caller().orElseThrow().name()).isEqualTo("local");
    }

    @ParameterizedTest
    @CsvSource({
        "none, 401",
        "wrong, 401",
        "grpc, 403",
        "read, 403",
        "metrics, 200",
        "cluster, 200",
        "local, 200",
        "admin, 200",
    })
    void asksForATokenThatMayReadThemWhenTheMetricsAreReachableFromBeyond(
            String token, int status) {
        assertThat(status(judge(Endpoint.METRICS, true, "GET", "/metrics", header(token))))
                .isEqualTo(status);
        assertThat(status(judge(Endpoint.METRICS, false, "GET", "/metrics", header(token))))
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /live, 200",
        "HEAD, /live, 200",
        "POST, /live, 405",
        "GET, /live/x, 404",
        "GET, /metrics, 404",
        "GET, /api/v1/public, 404",
        "GET, /live;x, 400",
    })
    void servesHealthToAnybodyAndNothingElseThere(String method, String path, int status) {
        assertThat(status(judge(Endpoint.HEALTH, false, method, path, NONE))).isEqualTo(status);
    }
}
