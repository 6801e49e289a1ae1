package io.drover.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.diagnosis.Check;
import io.drover.api.http.Method;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.security.Audience;
import io.drover.testing.JsonText;
import io.drover.testing.ManualClock;
import io.drover.testing.ScriptedRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecurityRoutesTest {

    @TempDir Path home;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-11-22T20:00:00Z"));
    private Security security;
    private Routes routes;

    @BeforeEach
    void open() {
        security = SecurityTest.security(home.resolve("secrets"), clock);
        security.apply(Settings.from(SettingsTest.config(90, new String[0], "")));
        routes = security.routes().get();
    }

    @Test
    void letsNobodyChangeAnythingButByPostAndForTheAdministrator() {
        assertThat(routes.routes())
                .allSatisfy(
                        route -> {
                            if (route.method() != Method.GET || route.path().contains("tokens")) {
                                assertThat(route.audience()).isEqualTo(Audience.ADMIN);
                            }
                        });
    }

    @Test
    void makesListsReplacesAndTakesBackATokenAndShowsItNowhereElse() throws Exception {
        Reply created = answer(Method.POST, "/api/v1/tokens", create("ci", "read,metrics", "30d"));
        String token = text(created).strip();
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.headers()).containsEntry("Cache-Control", "no-store");
        assertThat(security.guard().get().callerOf("Bearer " + token))
                .as("of one door only")
                .isEmpty();

        assertThat(JsonText.of(answer(Method.GET, "/api/v1/tokens", new ScriptedRequest())))
                .contains(
                        "\"name\":\"ci\"",
                        "\"scopes\":[\"read\",\"metrics\"]",
                        "\"expires\":\"2026-12-22T20:00:00Z\"")
                .doesNotContain(token);
        String replaced =
                text(answer(Method.POST, "/api/v1/tokens/{name}/rotate", named("ci"))).strip();
        assertThat(replaced).isNotEqualTo(token);

        answer(Method.POST, "/api/v1/tokens/{name}/revoke", named("ci"));

        assertThat(text(answer(Method.GET, "/api/v1/tokens", asText()))).doesNotContain("ci ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Ci|read|1d|400|name must match",
                "ci|write|1d|400|scope must be of admin, read, metrics, grpc, has 'write'",
                "ci|read|soon|400|life must be a number and a unit",
                "ci|read|0s|400|life must be from 1 s to 3650 days",
                "local|read|1d|400|name must not be local or cluster",
                "there|read|1d|409|there is a token 'there' already"
            })
    void saysWhatIsWrong(String name, String scope, String life, int status, String said)
            throws Exception {
        answer(Method.POST, "/api/v1/tokens", create("there", "read", "1d"));

        assertThatThrownBy(() -> answer(Method.POST, "/api/v1/tokens", create(name, scope, life)))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(said)
                .extracting(e -> ((ProblemException) e).status())
                .isEqualTo(status);
    }

    @Test
    void knowsNoTokenThatIsNot() {
        assertThatThrownBy(
                        () -> answer(Method.POST, "/api/v1/tokens/{name}/revoke", named("nobody")))
                .isInstanceOf(ProblemException.class)
                .hasMessage("there is no token 'nobody'");
    }

    @Test
    void showsCertificatesByTheirFingerprintsAndIssuesANewOne() throws Exception {
        String before =
                JsonText.of(answer(Method.GET, "/api/v1/certificates", new ScriptedRequest()));
        assertThat(before)
                .contains("\"names\":[\"localhost\",\"127.0.0.1\"", "\"client_auth\":\"none\"")
                .doesNotContain("PRIVATE");

        String after = text(answer(Method.POST, "/api/v1/certificates/renew", asText()));

        assertThat(after).contains("sha256 ", "for localhost, 127.0.0.1");
        assertThat(security.certificates().get().renewals()).isEqualTo(1);
    }

    @Test
    void findsNothingWrongWithWhatIsSoundAndSaysWhatIsNot() throws Exception {
        CertificatesSuite suite = new CertificatesSuite(security, clock);
        assertThat(suite.run())
                .extracting(Check::verdict)
                .containsOnly(Check.Verdict.PASS, Check.Verdict.SKIPPED);

        clock.advance(Duration.ofDays(91));

        assertThat(suite.run())
                .anySatisfy(
                        check -> {
                            assertThat(check.verdict()).isEqualTo(Check.Verdict.FAIL);
                            assertThat(check.finding()).startsWith("has ended on");
                        });
    }

    private Reply answer(Method method, String path, ScriptedRequest request)
            throws ProblemException {
        for (Route route : routes.routes()) {
            if (route.method() == method && route.path().equals(path)) {
                return route.handler().answer(request);
            }
        }
        throw new AssertionError(Map.of(method, path));
    }

    private static String text(Reply reply) {
        return JsonText.of(reply);
    }

    private static ScriptedRequest asText() {
        return new ScriptedRequest().header("Accept", "text/plain");
    }

    private static ScriptedRequest named(String name) {
        return asText().path("name", name);
    }

    private static ScriptedRequest create(String name, String scope, String life) {
        return asText().with("name", name).with("scope", scope).with("life", life);
    }
}
