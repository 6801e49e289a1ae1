package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tokens and certificates, as a person handles them who runs an agent. */
class SecurityIT {

    private static final Duration DEADLINE = Duration.ofSeconds(20);

    /** Not let in; an address that has asked with wrong tokens has to wait (429). */
    private static final Set<Integer> REFUSED = Set.of(401, 429);

    private static RunningDrover drover;

    @BeforeAll
    static void start() {
        drover = RunningDrover.start("security").ready();
    }

    @AfterAll
    static void stop() {
        drover.close();
    }

    @Test
    void makesATokenThatOpensTheAgentUntilItIsTakenBack() {
        String token = drover.verb("token", "create", "ops", "--scope", "admin").orFail().strip();
        assertThat(token).matches("drover_[0-9a-f]{64}");
        assertThat(drover.api("GET", "/api/v1/status", token).statusCode()).isEqualTo(200);
        assertThat(drover.verb("token", "list").orFail())
                .contains("local", "everything", "ops", "admin")
                .doesNotContain(token.substring(7));

        drover.verb("token", "revoke", "ops").orFail();

        assertThat(drover.api("GET", "/api/v1/status", token).statusCode()).isEqualTo(401);
    }

    @Test
    void endsATokenWithItsTime() {
        String token =
                drover.verb("token", "create", "short", "--scope", "admin", "--life", "2s")
                        .orFail()
                        .strip();

        Await.until(
                "the token is refused",
                DEADLINE,
                () -> REFUSED.contains(drover.api("GET", "/api/v1/status", token).statusCode()),
                () -> drover.verb("token", "list").output());
    }

    @Test
    void replacesItsOwnTokenByCommandAndByFile() throws Exception {
        String first = drover.token();
        drover.verb("token", "rotate", "local", "--overlap", "0s").orFail();
        String second = drover.token();
        assertThat(second).isNotEqualTo(first);
        assertThat(drover.api("GET", "/api/v1/status", first).statusCode()).isEqualTo(401);

        Path file = drover.home().resolve("secrets/local_token");
        String third = "c3".repeat(32);
        Files.writeString(file, third + "\n");

        Await.until(
                "the token in the file opens the agent",
                DEADLINE,
                () -> drover.api("GET", "/api/v1/status", third).statusCode() == 200,
                drover::terminal);
        assertThat(drover.api("GET", "/api/v1/status", second).statusCode())
                .as("the one before, in the overlap")
                .isEqualTo(200);
    }

    @Test
    void showsANewCertificateWhenItIsAskedTo() {
        String before = drover.verb("certificate").orFail();
        assertThat(before).contains("sha256", "for ", "127.0.0.1", "client_auth  none");

        String after = drover.verb("certificate", "renew").orFail();

        assertThat(after).isNotEqualTo(before);
        assertThat(drover.api("/api/v1/status").statusCode()).isEqualTo(200);
    }

    @Test
    void diagnosesItsCertificates() {
        assertThat(drover.verb("diagnose", "certificates").orFail())
                .contains("token files", "certificate", "key and issuers", "names");
    }

    @Test
    void isServedUnderSomebodyElsesCertificateAndTakesOverTheNext() throws Exception {
        Needs.program("openssl", "openssl");
        RunningDrover.Start start = RunningDrover.start("security-placed");
        Files.createDirectories(start.home());
        issue(start.home(), 1);
        start.configuration(
                "security: { certificate_file: %s, key_file: %s }%n"
                        .formatted(
                                start.home().resolve("leaf.pem"),
                                start.home().resolve("leaf.key")));
        try (RunningDrover placed = start.ready()) {
            assertThat(placed.verb("certificate").orFail()).contains("CN=a.example.org");
            assertThat(served(placed)).contains("serial=01");

            issue(placed.home(), 2);
            Await.until(
                    "the second certificate is shown",
                    DEADLINE,
                    () -> served(placed).contains("serial=02"),
                    placed::terminal);
            assertThat(placed.verb("status").orFail()).contains("security");

            Files.writeString(placed.home().resolve("leaf.pem"), "nonsense");
            Await.until(
                    "health says what is wrong",
                    DEADLINE,
                    () -> placed.subsystemOver("security").contains("the old one is shown"),
                    () -> placed.subsystemOver("security"));
            assertThat(served(placed)).contains("serial=02");
        }
    }

    private static String served(RunningDrover agent) {
        return Command.run(
                        "sh",
                        "-c",
                        "openssl s_client -connect 127.0.0.1:"
                                + agent.port("api")
                                + " </dev/null 2>/dev/null | openssl x509 -noout -serial")
                .output();
    }

    private static void issue(Path home, int serial) {
        List<String> words = new ArrayList<>();
        words.add(
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
                        + " -keyout "
                        + home.resolve("next.key")
                        + " -out "
                        + home.resolve("next.pem")
                        + " -subj /CN=a.example.org -addext subjectAltName=DNS:a.example.org"
                        + " -set_serial "
                        + serial);
        // The key last, so that the pair is never seen half.
        words.add("mv " + home.resolve("next.pem") + " " + home.resolve("leaf.pem"));
        words.add("mv " + home.resolve("next.key") + " " + home.resolve("leaf.key"));
        Command.run("sh", "-c", String.join(" && ", words)).orFail();
    }
}
