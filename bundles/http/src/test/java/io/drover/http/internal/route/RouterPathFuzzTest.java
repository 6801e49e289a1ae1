package io.drover.http.internal.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.drover.api.http.Endpoint;
import io.drover.api.http.Reply;
import io.drover.api.http.Route;
import io.drover.api.security.Audience;
import io.drover.testing.FixedGuard;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

class RouterPathFuzzTest {

    private static final List<Route> ROUTES =
            List.of(
                    Route.get("/api/v1/local", Audience.LOCAL, "", r -> Reply.text("")),
                    Route.get("/api/v1/open", Audience.PUBLIC, "", r -> Reply.text("")),
                    Route.get("/api/v1/a/{id}", Audience.ADMIN, "", r -> Reply.text("")),
                    Route.get("/api/v1/a/{id}/b", Audience.CLUSTER, "", r -> Reply.text("")));

    /**
     * A path is understood in one way or not at all, and who has no token gets to nothing by it.
     */
    @FuzzTest(maxDuration = "10m")
    void readsAPathInOneWayOrRefusesIt(byte[] bytes) {
        String raw = "/" + new String(bytes, StandardCharsets.UTF_8);
        Gate gate = new Gate(new Router(ROUTES, () -> 0), () -> Optional.of(new FixedGuard()));

        Verdict stranger = gate.judge(asked(raw, List.of()));
        Verdict admin = gate.judge(asked(raw, List.of("Bearer " + FixedGuard.ADMIN)));

        if (stranger instanceof Verdict.Admitted admitted) {
            assertThat(admitted.route().audience()).isEqualTo(Audience.PUBLIC);
        } else {
            assertThat(((Verdict.Refused) stranger).status()).isEqualTo(401);
        }
        try {
            List<String> segments = RawPath.segments(raw);
            assertThat(segments).allSatisfy(RouterPathFuzzTest::isOneName);
            assertThat(RawPath.segments(encoded(segments))).isEqualTo(segments);
            if (admin instanceof Verdict.Admitted admitted) {
                assertThat(segments)
                        .hasSameSizeAs(admitted.route().path().substring(1).split("/", -1));
            } else {
                assertThat(((Verdict.Refused) admin).status()).isEqualTo(404);
            }
        } catch (RawPath.MalformedException e) {
            assertThat(((Verdict.Refused) admin).status()).isEqualTo(400);
        }
    }

    private static void isOneName(String segment) {
        assertThat(segment).doesNotContain("/", "\\").isNotIn(".", "..");
        assertThat(segment.chars().noneMatch(Character::isISOControl)).isTrue();
    }

    private static String encoded(List<String> segments) {
        return segments.stream()
                .map(s -> URLEncoder.encode(s, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/", "/", ""));
    }

    private static Asked asked(String raw, List<String> authorizations) {
        return new Asked(
                Endpoint.API, true, true, "GET", raw, authorizations, Optional.empty(), List.of());
    }
}
