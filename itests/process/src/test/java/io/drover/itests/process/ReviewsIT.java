package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testing.Await;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tokens of service accounts, judged by a real API server: TokenReview and SubjectAccessReview. */
class ReviewsIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static ControlPlane cluster;
    private static RunningDrover drover;

    @BeforeAll
    static void start() {
        cluster = ControlPlane.start();
        account("scraper", "--non-resource-url=/metrics");
        account("dashboard", "--non-resource-url=/drover/api/v1/*");
        cluster.kubectl("create", "serviceaccount", "nobody");
        drover =
                RunningDrover.start("reviews")
                        .environment(
                                "DROVER_KUBERNETES_KUBECONFIG", cluster.kubeconfig().toString())
                        .environment("DROVER_SECURITY_KUBERNETES_TOKENS", "all")
                        .environment("DROVER_SECURITY_KUBERNETES_ADMITTED_SECONDS", "1")
                        .environment("DROVER_SECURITY_KUBERNETES_REFUSED_SECONDS", "1")
                        .environment("DROVER_HTTP_METRICS_TLS", "on")
                        .environment("DROVER_HTTP_METRICS_TOKEN", "on")
                        .ready();
        Await.until(
                "the agent asks the API server",
                SOON,
                () -> metrics(token("scraper")).statusCode() == 200,
                () -> metrics(token("scraper")).body());
    }

    @AfterAll
    static void stop() {
        if (drover != null) {
            drover.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    /** A service account that may read what the rule says. */
    private static void account(String name, String rule) {
        cluster.kubectl("create", "serviceaccount", name);
        cluster.kubectl("create", "clusterrole", name, "--verb=get", rule);
        cluster.kubectl(
                "create",
                "clusterrolebinding",
                name,
                "--clusterrole=" + name,
                "--serviceaccount=default:" + name);
    }

    private static String token(String account) {
        return cluster.kubectl("create", "token", account).strip();
    }

    private static HttpResponse<String> metrics(String token) {
        return drover.send(
                HttpRequest.newBuilder(
                                URI.create(
                                        "https://127.0.0.1:" + drover.port("metrics") + "/metrics"))
                        .header("Authorization", "Bearer " + token));
    }

    private static int api(String method, String path, String token) {
        return drover.api(method, path, token).statusCode();
    }

    @Test
    void anAccountReadsWhatARoleOfTheClusterAllows() {
        assertThat(metrics(token("scraper")).statusCode()).isEqualTo(200);
        assertThat(api("GET", "/api/v1/status", token("dashboard"))).isEqualTo(200);
    }

    @Test
    void anAccountReadsNothingElse() {
        assertThat(api("GET", "/api/v1/status", token("scraper"))).isEqualTo(403);
        assertThat(metrics(token("dashboard")).statusCode()).isEqualTo(403);
        assertThat(api("POST", "/api/v1/reload", token("dashboard"))).isEqualTo(403);
        HttpResponse<String> refused = metrics(token("nobody"));
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body())
                .contains("system:serviceaccount:default:nobody may not get /metrics");
    }

    @Test
    void aTokenThatTheClusterDidNotIssueOpensNothing() {
        String forged = token("scraper");
        char last = forged.charAt(forged.length() - 2);
        forged =
                forged.substring(0, forged.length() - 2)
                        + (last == 'A' ? 'B' : 'A')
                        + forged.charAt(forged.length() - 1);

        assertThat(metrics(forged).statusCode()).isEqualTo(401);
        assertThat(api("GET", "/api/v1/status", forged)).isEqualTo(401);
    }

    @Test
    void anAccountThatIsGoneIsLetInNoLonger() {
        account("passing", "--non-resource-url=/metrics");
        String token = token("passing");
        assertThat(metrics(token).statusCode()).isEqualTo(200);

        cluster.kubectl("delete", "serviceaccount", "passing");

        Await.until(
                "its token is refused",
                SOON,
                () -> metrics(token).statusCode() == 401,
                () -> metrics(token).body());
    }

    @Test
    void whileTheClusterCannotBeAskedNobodyNewIsLetIn() throws Exception {
        String token = token("scraper");
        cluster.kill();
        try {
            Await.until(
                    "what was remembered is over",
                    SOON,
                    () -> metrics(token).statusCode() == 503,
                    () -> metrics(token).body());
            HttpResponse<String> refused = metrics(token);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.body()).contains("the cluster cannot be asked about this token now");
            assertThat(metrics(drover.token()).statusCode()).isEqualTo(200);
        } finally {
            cluster.revive();
        }
        Await.until(
                "it is let in again",
                SOON,
                () -> metrics(token).statusCode() == 200,
                () -> metrics(token).body());
    }
}
