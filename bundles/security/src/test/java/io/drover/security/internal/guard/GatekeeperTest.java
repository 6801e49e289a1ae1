package io.drover.security.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.Reviews.PathAccess;
import io.drover.api.security.Attempt;
import io.drover.api.security.Audience;
import io.drover.api.security.Ruling;
import io.drover.api.security.Ruling.Reason;
import io.drover.api.security.Scope;
import io.drover.api.security.Use;
import io.drover.security.internal.token.Known;
import io.drover.security.internal.token.KnownTokens;
import io.drover.security.internal.token.TokenDigest;
import io.drover.testing.ManualClock;
import io.drover.testing.RecordedAudit;
import io.drover.testing.ScriptedReviews;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatekeeperTest {

    private static final Instant NOW = Instant.parse("2026-11-22T20:00:00Z");
    private static final String JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJwcm9tIn0.c2lnbmF0dXJl";
    private static final String PROMETHEUS = "system:serviceaccount:monitoring:prometheus";

    private final KnownTokens known = new KnownTokens();
    private final ManualClock clock = new ManualClock(NOW);
    private final AtomicLong nanos = new AtomicLong();
    private final RecordedAudit audit = new RecordedAudit();
    private final ScriptedReviews reviews = new ScriptedReviews();
    private final Gatekeeper guard =
            new Gatekeeper(known, rules(ReviewRules.Doors.OFF), audit, clock, nanos::get);

    GatekeeperTest() {
        List<Known> all = new ArrayList<>();
        all.add(Known.ofFile("local", TokenDigest.of("local")));
        all.add(Known.ofFile("cluster", TokenDigest.of("cluster")));
        for (Scope scope : Scope.values()) {
            String name = scope.name().toLowerCase(java.util.Locale.ROOT);
            all.add(made(name, Set.of(scope), Optional.empty()));
        }
        all.add(made("old", Set.of(Scope.ADMIN), Optional.of(NOW.plusSeconds(60))));
        known.replace(all);
    }

    @ParameterizedTest
    @CsvSource({
        // token,  READ local, cluster, admin, CHANGE local, cluster, admin, METRICS, GRPC local,
        // cluster, admin
        "local,   yes, yes, yes, yes, yes, yes, yes, yes, yes, yes",
        "cluster, no,  yes, no,  no,  yes, no,  yes, no,  yes, no",
        "admin,   yes, yes, yes, yes, yes, yes, yes, yes, yes, yes",
        "read,    yes, yes, no,  no,  no,  no,  no,  no,  no,  no",
        "metrics, no,  no,  no,  no,  no,  no,  yes, no,  no,  no",
        "grpc,    no,  no,  no,  no,  no,  no,  no,  yes, yes, no"
    })
    void opensEachDoorToThoseItIsFor(
            String token,
            String readLocal,
            String readCluster,
            String readAdmin,
            String changeLocal,
            String changeCluster,
            String changeAdmin,
            String metrics,
            String grpcLocal,
            String grpcCluster,
            String grpcAdmin) {
        assertThat(answers(token, Use.READ)).containsExactly(readLocal, readCluster, readAdmin);
        assertThat(answers(token, Use.CHANGE))
                .containsExactly(changeLocal, changeCluster, changeAdmin);
        assertThat(answers(token, Use.METRICS)).containsOnly(metrics);
        assertThat(answers(token, Use.GRPC)).containsExactly(grpcLocal, grpcCluster, grpcAdmin);
    }

    @Test
    void admitsNobodyWithoutExactlyOneToken() {
        assertThat(reason(attempt(Use.READ, Audience.LOCAL))).isEqualTo(Reason.ABSENT);
        assertThat(reason(attempt(Use.READ, Audience.LOCAL, "Bearer local", "Bearer local")))
                .isEqualTo(Reason.ABSENT);
        assertThat(guard.callerOf(null)).isEmpty();
        assertThat(guard.callerOf("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "Basic bG9jYWw=", "local"})
    void admitsNothingMalformed(String header) {
        assertThat(reason(attempt(Use.READ, Audience.LOCAL, header))).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void endsATokenWithItsTime() {
        assertThat(admitted("old")).isTrue();

        clock.advance(Duration.ofSeconds(60));

        assertThat(reason(attempt(Use.READ, Audience.LOCAL, "Bearer old")))
                .isEqualTo(Reason.EXPIRED);
    }

    @Test
    void makesWaitWhoSendsWrongTokensAndNobodyElse() {
        for (int i = 0; i < 3; i++) {
            assertThat(wrong("10.0.0.1")).isEqualTo(Reason.UNKNOWN);
        }

        Ruling.Refused refused = (Ruling.Refused) guard.judge(from("10.0.0.1", "Bearer wrong"));
        assertThat(refused.reason()).isEqualTo(Reason.BACK_OFF);
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(1));
        assertThat(wrong("10.0.0.2")).isEqualTo(Reason.UNKNOWN);
        assertThat(guard.judge(from("10.0.0.1", "Bearer local")))
                .as("a right token from the same address")
                .isInstanceOf(Ruling.Admitted.class);
        assertThat(audit.actions()).hasSize(1);
        assertThat(audit.actions().get(0).source()).isEqualTo("10.0.0.1");
    }

    @Test
    void takesANetworkOfIpv6ForOneSource() {
        for (int i = 0; i < 3; i++) {
            wrong("2001:db8::" + i);
        }

        assertThat(wrong("2001:db8::ffff")).isEqualTo(Reason.BACK_OFF);
        assertThat(wrong("2001:db8:0:1::1")).isEqualTo(Reason.UNKNOWN);
    }

    @Test
    void writesOneLineForManyWrongTokens() {
        for (int i = 0; i < 10_000; i++) {
            wrong("10.0.0.1");
        }

        assertThat(audit.actions()).hasSize(1);
        assertThat(guard.backOff().refused()).isEqualTo(9_996);
    }

    @Test
    void asksNobodyWhileTokensOfKubernetesAreOff() {
        guard.use(reviews);
        reviews.know(JWT, PROMETHEUS);

        assertThat(reason(attempt(Use.METRICS, Audience.PUBLIC, "Bearer " + JWT)))
                .isEqualTo(Reason.UNKNOWN);
        assertThat(reviews.asked()).isEmpty();
    }

    @Test
    void letsTheApiServerSayWhoMayReadTheMetrics() {
        kubernetes(ReviewRules.Doors.METRICS);
        var user = reviews.know(JWT, PROMETHEUS);
        reviews.allow(user, new PathAccess("/metrics", "get"));

        Ruling ruling = guard.judge(attempt(Use.METRICS, Audience.PUBLIC, "Bearer " + JWT));

        assertThat(((Ruling.Admitted) ruling).caller().name())
                .isEqualTo("kubernetes:" + PROMETHEUS);
        assertThat(reason(attempt(Use.READ, Audience.LOCAL, "Bearer " + JWT)))
                .as("the API, which is not switched on")
                .isEqualTo(Reason.UNKNOWN);
    }

    @Test
    void asksAboutPathsOfItsOwnSoThatTheRoleForDiscoveryOpensNothing() {
        kubernetes(ReviewRules.Doors.ALL);
        var user = reviews.know(JWT, PROMETHEUS);
        reviews.allow(user, new PathAccess("/api/v1/status", "get"));
        assertThat(reason(attempt(Use.READ, Audience.LOCAL, "Bearer " + JWT)))
                .isEqualTo(Reason.OUTSIDE);

        reviews.allow(user, new PathAccess("/drover/grpc/api/v1/status", "get"));
        assertThat(guard.judge(attempt(Use.GRPC, Audience.LOCAL, "Bearer " + JWT)))
                .isInstanceOf(Ruling.Admitted.class);
    }

    @Test
    void asksOnceForEachAnswerAndAgainWhenItsTimeIsOver() {
        kubernetes(ReviewRules.Doors.METRICS);
        var user = reviews.know(JWT, PROMETHEUS);
        reviews.allow(user, new PathAccess("/metrics", "get"));
        Attempt attempt = attempt(Use.METRICS, Audience.PUBLIC, "Bearer " + JWT);

        for (int i = 0; i < 100; i++) {
            assertThat(guard.judge(attempt)).isInstanceOf(Ruling.Admitted.class);
        }
        assertThat(reviews.asked()).hasSize(2);

        reviews.forget(JWT);
        nanos.addAndGet(Duration.ofSeconds(60).toNanos());
        assertThat(reason(attempt)).isEqualTo(Reason.UNKNOWN);
        assertThat(reviews.asked()).hasSize(3);
    }

    @Test
    void letsNobodyInWhileTheApiServerIsAway() {
        kubernetes(ReviewRules.Doors.METRICS);
        reviews.know(JWT, PROMETHEUS);
        reviews.fail(new ClusterException(ClusterException.Cause.UNAVAILABLE, "away"));
        Attempt attempt = attempt(Use.METRICS, Audience.PUBLIC, "Bearer " + JWT);

        assertThat(reason(attempt)).isEqualTo(Reason.UNAVAILABLE);
        assertThat(guard.reviews().problem()).contains("away");

        guard.use(null);
        assertThat(reason(attempt)).isEqualTo(Reason.UNAVAILABLE);
    }

    @Test
    void sparesTheApiServerTheQuestionsOfWhoHasToWait() {
        kubernetes(ReviewRules.Doors.METRICS);
        for (int i = 0; i < 50; i++) {
            guard.judge(attempt(Use.METRICS, Audience.PUBLIC, "Bearer a.b." + i));
        }

        assertThat(reviews.asked()).hasSize(4);
    }

    @Test
    void remembersABoundedNumberOfAnswers() {
        kubernetes(ReviewRules.Doors.METRICS);
        for (int i = 0; i < 1_000; i++) {
            guard.judge(
                    attemptFrom(
                            Use.METRICS,
                            Audience.PUBLIC,
                            "10.1." + i / 250 + "." + i % 250,
                            "Bearer a.b." + i));
        }

        assertThat(reviews.asked()).hasSize(1_000);
        assertThat(guard.reviews().remembered()).isEqualTo(16);
    }

    @Test
    void showsNoTokenAsText() {
        assertThat(known + " " + attempt(Use.READ, Audience.LOCAL, "Bearer local-secret"))
                .doesNotContain("local-secret");
    }

    private void kubernetes(ReviewRules.Doors doors) {
        guard.rules(rules(doors));
        guard.use(reviews);
    }

    private static GuardRules rules(ReviewRules.Doors doors) {
        return new GuardRules(
                3,
                Duration.ofSeconds(60),
                64,
                new ReviewRules(
                        doors, List.of(), Duration.ofSeconds(60), Duration.ofSeconds(10), 16, 2),
                new ClientNames(Map.of()));
    }

    private static Known made(String name, Set<Scope> scopes, Optional<Instant> end) {
        return Known.made(name, TokenDigest.of(name), scopes, NOW, end);
    }

    private List<String> answers(String token, Use use) {
        return List.of(Audience.LOCAL, Audience.CLUSTER, Audience.ADMIN).stream()
                .map(audience -> guard.judge(attempt(use, audience, "Bearer " + token)))
                .map(ruling -> ruling instanceof Ruling.Admitted ? "yes" : "no")
                .toList();
    }

    private boolean admitted(String token) {
        return guard.judge(attempt(Use.READ, Audience.LOCAL, "Bearer " + token))
                instanceof Ruling.Admitted;
    }

    private Reason wrong(String source) {
        return reason(from(source, "Bearer wrong"));
    }

    private Reason reason(Attempt attempt) {
        return ((Ruling.Refused) guard.judge(attempt)).reason();
    }

    private static Attempt from(String source, String header) {
        return attemptFrom(Use.READ, Audience.LOCAL, source, header);
    }

    private static Attempt attempt(Use use, Audience audience, String... headers) {
        return attemptFrom(use, audience, "127.0.0.1", headers);
    }

    private static Attempt attemptFrom(
            Use use, Audience audience, String source, String... headers) {
        try {
            return new Attempt(
                    use,
                    audience,
                    "get",
                    use == Use.METRICS ? "/metrics" : "/api/v1/status",
                    List.of(headers),
                    Optional.of(InetAddress.getByName(source)),
                    List.of());
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
