package io.drover.link.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.metadata.Metadata;
import io.drover.api.status.State;
import io.drover.testing.Await;
import io.drover.testing.Configured;
import io.drover.testing.RecordedSamples;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The link with real replicas over real TLS. */
class LinkTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String TOKEN = "cluster-token";

    @TempDir Path folder;

    private final ClusterAgent.Journal journal = new ClusterAgent.Journal();
    private final List<ClusterAgent> replicas = new ArrayList<>();
    private ThrowAwayAuthority authority;
    private FakeCredentials credentials;
    private volatile boolean away;
    private Link link;

    @BeforeEach
    void makeAnAuthority() {
        authority = new ThrowAwayAuthority(folder);
        credentials = new FakeCredentials(TOKEN, authority.certificate());
    }

    @AfterEach
    void stop() {
        if (link != null) {
            link.stop();
        }
        replicas.forEach(ClusterAgent::close);
        Await.until(
                "no thread is left", SOON, () -> threads().isEmpty(), () -> threads().toString());
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("drover-link"))
                .toList();
    }

    private ClusterAgent replica(String... pods) {
        ClusterAgent replica =
                new ClusterAgent(authority.identity("cluster"), TOKEN, journal, List.of(pods));
        replicas.add(replica);
        return replica;
    }

    private void start(Map<String, Object> more) {
        Map<String, Object> values = new HashMap<>();
        values.put("back_off_min_ms", 20L);
        values.put("back_off_max_ms", 200L);
        values.put(
                "endpoints",
                replicas.stream().map(each -> "127.0.0.1:" + each.port()).toArray(String[]::new));
        values.putAll(more);
        link =
                new Link(
                        Settings.from(Configured.with(LinkConfig.class, values)),
                        Link::dns,
                        () -> away ? Optional.empty() : Optional.of(credentials),
                        Clock.systemUTC());
        link.start();
    }

    private void awaitPod(String address) {
        Await.until(
                "the pod " + address,
                SOON,
                () -> link.at(LinkedMetadataTest.ip(address)).isPresent(),
                () -> link.step() + " " + link.facts());
    }

    private void awaitReason(String part) {
        Await.until(
                "the reason " + part,
                SOON,
                () -> link.step().status().reason().contains(part),
                () -> link.step().toString());
    }

    private void awaitPhase(Metadata.Phase phase) {
        Await.until(
                "the phase " + phase,
                SOON,
                () -> link.metadata().state().phase() == phase,
                () -> link.metadata().state().toString());
    }

    @Test
    void takesInASnapshotAndThenChanges() {
        ClusterAgent replica = replica("10.0.0.1");
        start(Map.of());
        awaitPod("10.0.0.1");

        Await.until("the stream", SOON, () -> !replica.metadataStreams.isEmpty(), () -> "none");
        replica.put("10.0.0.2");

        awaitPod("10.0.0.2");
        assertThat(link.step().status().state()).isEqualTo(State.ACTIVE);
        assertThat(link.metadata().state().phase()).isEqualTo(Metadata.Phase.LIVE);
        RecordedSamples samples = new RecordedSamples();
        link.collect(samples);
        assertThat(samples.values())
                .containsEntry("drover_link_connected", 1.0)
                .containsEntry("drover_link_stale_seconds", 0.0)
                .containsEntry("drover_link_entries", 2.0);
    }

    @Test
    void aServiceThatIsReplacedIsCalledAgainOnTheSameConnection() {
        ClusterAgent replica = replica("10.0.0.1");
        start(Map.of());
        Await.until("the stream", SOON, () -> !replica.metadataStreams.isEmpty(), () -> "none");

        for (int i = 2; i < 12; i++) {
            replica.endStreams();
            Await.until(
                    "the next stream",
                    SOON,
                    () -> !replica.metadataStreams.isEmpty(),
                    () -> "none");
        }
        awaitPhase(Metadata.Phase.LIVE);

        assertThat(link.at(LinkedMetadataTest.ip("10.0.0.1"))).isPresent();
    }

    @Test
    void whenAReplicaDiesTheOtherIsFollowedAndNothingIsForgottenMeanwhile() {
        ClusterAgent first = replica("10.0.0.1");
        ClusterAgent second = replica("10.0.0.1");
        start(Map.of());
        awaitPod("10.0.0.1");
        Await.until(
                "a stream",
                SOON,
                () -> !first.metadataStreams.isEmpty() || !second.metadataStreams.isEmpty(),
                () -> "none");
        ClusterAgent followed = first.metadataStreams.isEmpty() ? second : first;
        ClusterAgent other = followed == first ? second : first;

        followed.close();

        Await.until(
                "the other is followed", SOON, () -> !other.metadataStreams.isEmpty(), () -> "no");
        assertThat(link.at(LinkedMetadataTest.ip("10.0.0.1"))).isPresent();
        other.put("10.0.0.7");
        awaitPod("10.0.0.7");
    }

    @Test
    void keepsWhatItKnowsWhileTheNextReplicaHasYetToReadTheCluster() {
        ClusterAgent first = replica("10.0.0.1");
        start(Map.of());
        awaitPod("10.0.0.1");
        first.hasNotRead();
        Await.until("the stream", SOON, () -> !first.metadataStreams.isEmpty(), () -> "none");
        first.endStreams();
        Await.until("the next stream", SOON, () -> first.waiting() == 1, () -> "none");

        awaitReason("has begun a snapshot that is not complete yet");
        assertThat(link.step().status().state()).isEqualTo(State.DEGRADED);
        assertThat(link.metadata().state().phase()).isEqualTo(Metadata.Phase.STALE);
        assertThat(link.facts()).containsKey("stale_seconds");
        assertThat(link.at(LinkedMetadataTest.ip("10.0.0.1"))).isPresent();
        first.reads();

        awaitPhase(Metadata.Phase.LIVE);
        assertThat(link.at(LinkedMetadataTest.ip("10.0.0.1"))).isPresent();
        assertThat(link.step().status().state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void waitsForTheFirstReplicaToReadTheClusterAndSaysSo() {
        ClusterAgent first = replica("10.0.0.1");
        first.hasNotRead();
        start(Map.of());

        awaitReason("has begun a snapshot that is not complete yet");
        assertThat(link.step().status().state()).isEqualTo(State.WAITING);
        assertThat(link.metadata().state().phase()).isEqualTo(Metadata.Phase.LOADING);
        first.reads();

        awaitPod("10.0.0.1");
    }

    @Test
    void goesToAnotherReplicaWhenNothingComesOfASnapshot() {
        replica("10.0.0.1").hasNotRead();
        replica("10.0.0.1").hasNotRead();
        replica("10.0.0.1");

        start(Map.of("snapshot_wait_ms", 100L));

        awaitPod("10.0.0.1");
    }

    @Test
    void waitsForAClusterAgentThatComesLater() {
        ClusterAgent gone = replica("10.0.0.1");
        start(Map.of());
        awaitPod("10.0.0.1");
        gone.close();

        awaitReason("is not followed");
        assertThat(link.step().status().state()).isEqualTo(State.DEGRADED);
        assertThat(link.metadata().state().phase()).isEqualTo(Metadata.Phase.STALE);
    }

    @Test
    void aTokenThatIsRefusedIsSaidAndANewOneIsTakenUp() {
        replica("10.0.0.1");
        credentials.token = "wrong";
        start(Map.of());
        awaitReason("UNAUTHENTICATED");

        credentials.token = TOKEN;

        awaitPod("10.0.0.1");
    }

    @Test
    void withoutCredentialsItSaysWhoseAreAway() {
        replica("10.0.0.1");
        away = true;
        start(Map.of());
        awaitReason("the credentials of the bundle security are not there");

        credentials.token = null;
        away = false;
        awaitReason("has no token of the cluster");

        credentials.token = TOKEN;
        awaitPod("10.0.0.1");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsNotTrusted() {
        replica("10.0.0.1");
        credentials = new FakeCredentials(TOKEN, new ThrowAwayAuthority(folder).certificate());
        start(Map.of());

        awaitReason("UNAVAILABLE");
        assertThat(link.at(LinkedMetadataTest.ip("10.0.0.1"))).isEmpty();
    }

    @Test
    void aCertificateForAnotherNameIsNotTrusted() {
        replica("10.0.0.1");
        start(Map.of("server_name", "elsewhere.example"));

        awaitReason("UNAVAILABLE");
        assertThat(link.at(LinkedMetadataTest.ip("10.0.0.1"))).isEmpty();
    }

    @Test
    void theAuthorityMayComeFromAFileWithAPin() throws Exception {
        replica("10.0.0.1");
        credentials =
                new FakeCredentials(
                        TOKEN,
                        new ThrowAwayAuthority(folder.resolve("..").normalize()).certificate());
        authority.identity("again");
        start(
                Map.of(
                        "ca_file",
                        folder.resolve("authority.pem").toString(),
                        "pins",
                        new String[] {PinnedTrust.fingerprint(authority.certificate())}));

        awaitPod("10.0.0.1");
    }

    @Test
    void aFileThatCannotBeReadIsNamed() {
        replica("10.0.0.1");
        start(Map.of("ca_file", folder.resolve("nowhere.pem").toString()));

        awaitReason("link.ca_file");
    }
}
