package io.drover.security.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.security.Audience;
import io.drover.api.status.OnFailure;
import io.drover.api.status.State;
import io.drover.api.status.Step;
import io.drover.testing.ManualClock;
import io.drover.testing.RecordedSamples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecurityTest {

    private static final String CLUSTER = "c3".repeat(32);

    @TempDir Path home;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-11-22T20:00:00Z"));
    private Security security;

    @BeforeEach
    void begin() {
        security = new Security(secrets(), clock);
    }

    @Test
    void startsWithNothingAndEndsWithATokenAndACertificate() throws Exception {
        security.apply(settings(""));

        assertThat(states()).containsExactly(State.ACTIVE, State.ACTIVE);
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

        var tokens = security.tokens().get();
        var local = tokens.callerOf("Bearer " + local()).get();
        assertThat(local.audiences())
                .containsExactlyInAnyOrder(Audience.LOCAL, Audience.CLUSTER, Audience.ADMIN);
        var cluster = tokens.callerOf("Bearer " + CLUSTER).get();
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

        assertThat(states()).containsExactly(State.FAILED, State.FAILED);
        assertThat(security.tokens()).isEmpty();
        assertThat(security.certificates()).isEmpty();
    }

    @Test
    void failsClosedWhenTheAuthorityIsBad() throws Exception {
        security.apply(settings(""));
        Files.delete(secrets().resolve("ca.key"));
        Security next = new Security(secrets(), clock);

        next.apply(settings(""));

        assertThat(next.steps().get(1).status().state()).isEqualTo(State.FAILED);
        assertThat(next.steps().get(1).onFailure()).isEqualTo(OnFailure.EXIT_INTERNAL);
        assertThat(next.certificates()).isEmpty();
    }

    @Test
    void refusesAClusterTokenThatWouldOpenEverything() throws Exception {
        security.apply(settings(""));
        place(secrets().resolve("cluster_token"), local(), "rw-------");
        Security next = new Security(secrets(), clock);

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

        assertThat(states()).containsExactly(State.DEGRADED, State.ACTIVE);
        assertThat(caller(local())).isEqualTo("local");

        security.apply(settings(""));
        assertThat(states()).containsExactly(State.ACTIVE, State.ACTIVE);
    }

    @Test
    void recoversFromSettingsThatWereWrongAtTheStart() {
        security.refuse("security.leaf_lifetime_days must be from 1 to 397, is 0");

        assertThat(states()).containsExactly(State.FAILED, State.FAILED);
        assertThat(security.steps().get(0).onFailure()).isEqualTo(OnFailure.EXIT_CONFIGURATION);

        security.apply(settings(""));
        assertThat(states()).containsExactly(State.ACTIVE, State.ACTIVE);
        assertThat(security.steps().get(0).onFailure()).isEqualTo(OnFailure.EXIT_INTERNAL);
    }

    @Test
    void keepsTheOldSettingsWhenTheNewOnesAreWrong() {
        security.apply(settings(""));

        security.refuse("security.leaf_lifetime_days must be from 1 to 397, is 0");

        assertThat(states()).containsExactly(State.ACTIVE, State.DEGRADED);
        assertThat(security.steps().get(1).status().reason()).contains("is 0");
    }

    @Test
    void showsTheOldCertificateWhileItCannotBeRenewed() throws Exception {
        security.apply(settings(""));
        var before = security.certificates().get().current();
        clock.advance(Duration.ofDays(61));
        Files.move(secrets(), home.resolve("away"));

        security.renew();

        Step step = security.steps().get(1);
        assertThat(step.status().state()).isEqualTo(State.DEGRADED);
        assertThat(step.status().reason())
                .contains("certificate not renewed, the old one is shown");
        assertThat(security.certificates().get().current()).isEqualTo(before);

        Files.move(home.resolve("away"), secrets());
        security.renew();
        assertThat(states()).containsExactly(State.ACTIVE, State.ACTIVE);
        assertThat(security.certificates().get().current()).isNotEqualTo(before);
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
        var tokens = security.tokens().get();
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

    private static Settings settings(String clusterTokenFile) {
        return Settings.from(SettingsTest.config(90, new String[0], clusterTokenFile));
    }

    private String caller(String token) {
        return security.tokens().get().callerOf("Bearer " + token).get().name();
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
