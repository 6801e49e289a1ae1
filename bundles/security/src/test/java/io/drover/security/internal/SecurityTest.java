package io.drover.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.security.Audience;
import io.drover.api.security.Scope;
import io.drover.api.security.TokenException;
import io.drover.api.status.OnFailure;
import io.drover.api.status.State;
import io.drover.api.status.Step;
import io.drover.security.internal.audit.AuditLog;
import io.drover.testing.ManualClock;
import io.drover.testing.RecordedSamples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityTest {

    private static final String CLUSTER = "c3".repeat(32);

    @TempDir Path home;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-11-22T20:00:00Z"));
    private Security security;

    @BeforeEach
    void begin() {
        security = security(secrets(), clock);
    }

    @Test
    void startsWithNothingAndEndsWithATokenAndACertificate() throws Exception {
        security.apply(settings(""));

        assertThat(states()).startsWith(State.ACTIVE, State.ACTIVE);
        assertThat(caller(local())).isEqualTo("local");
        assertThat(security.facts())
                .containsEntry("token_file", secrets().resolve("local_token").toString())
                .containsEntry("ca_file", secrets().resolve("ca.pem").toString())
                .containsEntry("certificate_not_after", clock.instant().plus(Duration.ofDays(90)))
                .containsKeys("certificate_sha256", "ca_sha256");
        assertThat(security.facts().toString()).doesNotContain(local());
    }

    @Test
    void givesTheLocalTokenEveryAudienceAndTheClustersItsOwn() throws Exception {
        Files.createDirectory(secrets());
        place(secrets().resolve("cluster_token"), CLUSTER, "rw-------");

        security.apply(settings(""));

        var guard = security.guard().get();
        var local = guard.callerOf("Bearer " + local()).get();
        assertThat(local.audiences())
                .containsExactlyInAnyOrder(Audience.LOCAL, Audience.CLUSTER, Audience.ADMIN);
        var cluster = guard.callerOf("Bearer " + CLUSTER).get();
        assertThat(cluster.audiences()).containsExactly(Audience.CLUSTER);
    }

    @Test
    void takesTheClustersTokenFromAMountedSecret() throws Exception {
        Path data = Files.createDirectory(home.resolve("..data"));
        place(data.resolve("token"), CLUSTER + "\n", "rw-r--r--");
        Path mounted = Files.createSymbolicLink(home.resolve("token"), data.resolve("token"));

        security.apply(settings(mounted.toString()));

        assertThat(caller(CLUSTER)).isEqualTo("cluster");
    }

    @Test
    void failsClosedWhenTheTokenIsBad() throws Exception {
        Files.createDirectory(secrets());
        place(secrets().resolve("local_token"), "", "rw-------");

        security.apply(settings(""));

        Step step = security.steps().get(0);
        assertThat(step.status().state()).isEqualTo(State.FAILED);
        assertThat(step.onFailure()).isEqualTo(OnFailure.EXIT_INTERNAL);
        assertThat(step.status().reason()).contains("local_token must hold 64 hex characters");
        assertThat(step.status().remedy()).contains("remove it for a new one");
        assertThat(security.tokens()).isEmpty();
    }

    @Test
    void failsClosedWhenTheFolderCannotBeMade() throws Exception {
        Files.writeString(secrets(), "a file where the folder should be");

        security.apply(settings(""));

        assertThat(states()).startsWith(State.FAILED, State.FAILED);
        assertThat(security.tokens()).isEmpty();
        assertThat(security.certificates()).isEmpty();
    }

    @Test
    void failsClosedWhenTheAuthorityIsBad() throws Exception {
        security.apply(settings(""));
        Files.delete(secrets().resolve("ca.key"));
        Security next = security(secrets(), clock);

        next.apply(settings(""));

        assertThat(next.steps().get(1).status().state()).isEqualTo(State.FAILED);
        assertThat(next.steps().get(1).onFailure()).isEqualTo(OnFailure.EXIT_INTERNAL);
        assertThat(next.certificates()).isEmpty();
    }

    @Test
    void refusesAClusterTokenThatWouldOpenEverything() throws Exception {
        security.apply(settings(""));
        place(secrets().resolve("cluster_token"), local(), "rw-------");
        Security next = security(secrets(), clock);

        next.apply(settings(""));

        assertThat(next.steps().get(0).status().reason()).contains("is this agent's local token");
        assertThat(next.tokens()).isEmpty();
    }

    @Test
    void saysThatANamedClusterTokenIsMissing() {
        security.apply(settings(home.resolve("nowhere").toString()));

        assertThat(security.steps().get(0).status().reason())
                .contains("nowhere is not there, but security.cluster_token_file names it");
    }

    @Test
    void keepsServingWhenAChangeOfTheSettingsDoesNotWork() throws Exception {
        security.apply(settings(""));

        security.apply(settings(home.resolve("nowhere").toString()));

        assertThat(states()).startsWith(State.DEGRADED, State.ACTIVE);
        assertThat(caller(local())).isEqualTo("local");

        security.apply(settings(""));
        assertThat(states()).startsWith(State.ACTIVE, State.ACTIVE);
    }

    @Test
    void recoversFromSettingsThatWereWrongAtTheStart() {
        security.refuse("security.leaf_lifetime_days must be from 1 to 397, is 0");

        assertThat(states()).startsWith(State.FAILED, State.FAILED);
        assertThat(security.steps().get(0).onFailure()).isEqualTo(OnFailure.EXIT_CONFIGURATION);

        security.apply(settings(""));
        assertThat(states()).startsWith(State.ACTIVE, State.ACTIVE);
        assertThat(security.steps().get(0).onFailure()).isEqualTo(OnFailure.EXIT_INTERNAL);
    }

    @Test
    void keepsTheOldSettingsWhenTheNewOnesAreWrong() {
        security.apply(settings(""));

        security.refuse("security.leaf_lifetime_days must be from 1 to 397, is 0");

        assertThat(states()).startsWith(State.ACTIVE, State.DEGRADED);
        assertThat(security.steps().get(1).status().reason()).contains("is 0");
    }

    @Test
    void showsTheOldCertificateWhileItCannotBeRenewed() throws Exception {
        security.apply(settings(""));
        var before = security.certificates().get().shown().current();
        clock.advance(Duration.ofDays(61));
        Files.move(secrets(), home.resolve("away"));

        security.renew();

        Step step = security.steps().get(1);
        assertThat(step.status().state()).isEqualTo(State.DEGRADED);
        assertThat(step.status().reason())
                .contains("certificate not renewed, the old one is shown");
        assertThat(security.certificates().get().shown().current()).isEqualTo(before);

        Files.move(home.resolve("away"), secrets());
        security.renew();
        assertThat(states()).startsWith(State.ACTIVE, State.ACTIVE);
        assertThat(security.certificates().get().shown().current()).isNotEqualTo(before);
    }

    @Test
    void takesOverATokenThatIsPutIntoItsFileAndLetsTheOldOneHoldOnForAWhile() throws Exception {
        security.apply(settings(""));
        String first = local();

        place(secrets().resolve("local_token"), CLUSTER, "rw-------");
        security.look();

        assertThat(caller(CLUSTER)).isEqualTo("local");
        assertThat(caller(first)).isEqualTo("local");
        clock.advance(Duration.ofMinutes(5));
        assertThat(security.guard().get().callerOf("Bearer " + first)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "\n"})
    void keepsTheOldTokensWhenWhatIsPutIntoTheFileIsNone(String content) throws Exception {
        security.apply(settings(""));
        String first = local();

        place(secrets().resolve("local_token"), content, "rw-------");
        security.look();

        assertThat(states()).startsWith(State.DEGRADED, State.ACTIVE);
        assertThat(security.steps().get(0).status().reason()).contains("must hold 64 hex");
        assertThat(caller(first)).isEqualTo("local");

        place(secrets().resolve("local_token"), first, "rw-------");
        security.look();
        assertThat(states()).startsWith(State.ACTIVE, State.ACTIVE);
    }

    @Test
    void opensNothingForScopedTokensThatCannotBeReadAndLeavesTheirFileAlone() throws Exception {
        security.apply(settings(""));
        place(secrets().resolve("tokens"), "drover-tokens 1\nnonsense\n", "rw-------");

        security.look();

        assertThat(states()).startsWith(State.DEGRADED, State.ACTIVE);
        assertThat(security.steps().get(0).status().reason()).contains("line 2 must have 6 fields");
        assertThat(caller(local())).isEqualTo("local");
        assertThatThrownBy(
                        () ->
                                security.tokens()
                                        .get()
                                        .create("ci", Set.of(Scope.READ), Optional.empty()))
                .isInstanceOf(TokenException.class)
                .hasMessageContaining("nothing was changed");
        assertThat(Files.readString(secrets().resolve("tokens"))).endsWith("nonsense\n");
    }

    @Test
    void warnsThreeMonthsBeforeItsAuthorityEnds() {
        security.apply(settings(""));
        clock.advance(Duration.ofDays(3561));

        security.renew();

        assertThat(security.steps().get(1).status().state()).isEqualTo(State.DEGRADED);
        assertThat(security.steps().get(1).status().reason()).contains("the authority ends on");
    }

    @Test
    void countsWhoWasAdmittedAndWhyOthersWereNot() throws Exception {
        security.apply(settings(""));
        var tokens = security.guard().get();
        tokens.callerOf("Bearer " + local());
        tokens.callerOf("Bearer " + CLUSTER);
        tokens.callerOf("Basic x");
        tokens.callerOf(null);
        tokens.callerOf(null);
        RecordedSamples samples = new RecordedSamples();

        new SecuritySeries(security).collect(samples);

        assertThat(samples.values())
                .containsEntry("drover_security_admitted_total{caller=\"local\"}", 1.0)
                .containsEntry("drover_security_refused_total{reason=\"unknown\"}", 1.0)
                .containsEntry("drover_security_refused_total{reason=\"malformed\"}", 1.0)
                .containsEntry("drover_security_refused_total{reason=\"absent\"}", 2.0)
                .containsEntry(
                        "drover_tls_certificate_not_after_seconds{certificate=\"leaf\"}",
                        (double) clock.instant().plus(Duration.ofDays(90)).getEpochSecond());
    }

    /** With an audit that is written at once. */
    static Security security(Path secrets, Clock clock) {
        AuditLog audit =
                new AuditLog(
                        secrets.resolveSibling("log"),
                        new AuditLog.Limits(4096, 2),
                        clock,
                        Runnable::run);
        return new Security(secrets, audit, clock);
    }

    private static Settings settings(String clusterTokenFile) {
        return Settings.from(SettingsTest.config(90, new String[0], clusterTokenFile));
    }

    private String caller(String token) {
        return security.guard().get().callerOf("Bearer " + token).get().name();
    }

    private String local() throws Exception {
        return Files.readString(secrets().resolve("local_token")).strip();
    }

    private List<State> states() {
        return security.steps().stream().map(step -> step.status().state()).toList();
    }

    private Path secrets() {
        return home.resolve("secrets");
    }

    private static void place(Path file, String content, String mode) throws Exception {
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
