package io.drover.security.internal.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.security.Scope;
import io.drover.api.security.TokenException;
import io.drover.api.security.TokenException.Kind;
import io.drover.api.security.TokenStore;
import io.drover.security.internal.file.SecretsFolder;
import io.drover.testing.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenKeeperTest {

    private static final Set<Scope> READ = Set.of(Scope.READ);
    private static final Optional<Duration> HOUR = Optional.of(Duration.ofHours(1));

    @TempDir Path home;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-11-22T20:00:00Z"));
    private TokenKeeper keeper;

    @BeforeEach
    void open() throws Exception {
        keeper = TokenKeeper.open(SecretsFolder.open(secrets()), rules(Optional.empty()), clock);
    }

    @Test
    void makesATokenThatIsKnownAtOnceAndAfterARestartAndWrittenNowhere() throws Exception {
        TokenStore.Issued issued = keeper.create("ci", READ, HOUR);

        assertThat(issued.token()).matches("drover_[0-9a-f]{64}");
        assertThat(nameOf(issued.token())).contains("ci");
        assertThat(issued.entry().expires()).contains(clock.instant().plusSeconds(3600));
        open();
        assertThat(nameOf(issued.token())).contains("ci");
        for (Path file : files()) {
            assertThat(Files.readString(file)).doesNotContain(issued.token().substring(7));
        }
        assertThat(mode("tokens")).isEqualTo("rw-------");
        assertThat(issued.toString()).doesNotContain(issued.token());
    }

    @Test
    void takesATokenBackForGood() throws Exception {
        String token = keeper.create("ci", READ, HOUR).token();

        keeper.revoke("ci");

        assertThat(nameOf(token)).isEmpty();
        open();
        assertThat(nameOf(token)).isEmpty();
        assertThatThrownBy(() -> keeper.revoke("ci")).satisfies(e -> isKind(e, Kind.UNKNOWN));
    }

    @Test
    void letsTheReplacedTokenHoldOnForTheOverlapAlsoAcrossARestart() throws Exception {
        String first = local();

        TokenStore.Issued second = keeper.rotate("local", Duration.ofMinutes(5));

        assertThat(local()).isEqualTo(second.token()).isNotEqualTo(first);
        assertThat(holds(first)).isTrue();
        assertThat(holds(second.token())).isTrue();
        open();
        assertThat(holds(first)).isTrue();
        clock.advance(Duration.ofMinutes(5));
        assertThat(holds(first)).isFalse();
        assertThat(holds(second.token())).isTrue();
    }

    @Test
    void endsTheReplacedTokenAtOnceWhenThereIsNoOverlap() throws Exception {
        String first = local();

        keeper.rotate("local", Duration.ZERO);
        keeper.read(rules(Optional.empty()));

        assertThat(holds(first)).isFalse();
    }

    @Test
    void replacesATokenWithScopesByOneThatLivesAsLong() throws Exception {
        String first = keeper.create("ci", READ, HOUR).token();
        clock.advance(Duration.ofMinutes(30));

        TokenStore.Issued second = keeper.rotate("ci", Duration.ofMinutes(40));

        assertThat(second.entry().scopes()).isEqualTo(READ);
        assertThat(second.entry().expires()).contains(clock.instant().plusSeconds(3600));
        assertThat(holds(first)).isTrue();
        clock.advance(Duration.ofMinutes(30));
        assertThat(holds(first)).as("its own end comes before the overlap's").isFalse();
    }

    @Test
    void makesAndReplacesTheClustersToken() throws Exception {
        List<Optional<String>> told = new ArrayList<>();
        keeper.onClusterToken(() -> told.add(keeper.clusterToken()));

        String first = keeper.rotate("cluster", Duration.ZERO).token();
        String second = keeper.rotate("cluster", Duration.ofMinutes(1)).token();

        assertThat(told).containsExactly(Optional.of(first), Optional.of(second));
        assertThat(nameOf(first)).contains("cluster");
        assertThat(nameOf(second)).contains("cluster");
        assertThat(mode("cluster_token")).isEqualTo("rw-------");
    }

    @Test
    void leavesAClusterTokenToWhomeverPlacesIt() throws Exception {
        Path placed = Files.writeString(home.resolve("placed"), "c3".repeat(32));
        Files.setPosixFilePermissions(placed, PosixFilePermissions.fromString("rw-r--r--"));
        keeper.read(rules(Optional.of(placed)));

        assertThatThrownBy(() -> keeper.rotate("cluster", Duration.ZERO))
                .satisfies(e -> isKind(e, Kind.INVALID))
                .hasMessageContaining("replace it there");

        Files.writeString(placed, "d4".repeat(32));
        keeper.read(rules(Optional.of(placed)));
        assertThat(keeper.clusterToken()).contains("d4".repeat(32));
        assertThat(nameOf("c3".repeat(32))).contains("cluster");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "local", "cluster", "Ci", "a b", "-a", "a/b", "ci\n"})
    void refusesNamesThatAreNone(String name) {
        assertThatThrownBy(() -> keeper.create(name, READ, HOUR))
                .satisfies(e -> isKind(e, Kind.INVALID))
                .hasMessageContaining("name must");
    }

    @Test
    void refusesWhatMakesNoSense() throws Exception {
        assertThatThrownBy(() -> keeper.create("ci", Set.of(), HOUR))
                .hasMessageContaining("scope must be at least one of admin, read, metrics, grpc");
        assertThatThrownBy(() -> keeper.create("ci", READ, Optional.of(Duration.ZERO)))
                .hasMessageContaining("life must be from 1 s to 3650 days");
        assertThatThrownBy(() -> keeper.rotate("local", Duration.ofDays(8)))
                .hasMessageContaining("overlap must be from 0 s to 7 days");
        assertThatThrownBy(() -> keeper.revoke("local"))
                .hasMessageContaining("can be replaced, but not taken back");
        keeper.create("ci", READ, HOUR);
        assertThatThrownBy(() -> keeper.create("ci", READ, HOUR))
                .satisfies(e -> isKind(e, Kind.CONFLICT));
    }

    @Test
    void makesNoMoreTokensThanAreAllowed() throws Exception {
        for (int i = 0; i < 8; i++) {
            keeper.create("token-" + i, READ, HOUR);
        }

        assertThatThrownBy(() -> keeper.create("one-more", READ, HOUR))
                .satisfies(e -> isKind(e, Kind.CONFLICT))
                .hasMessageContaining("security.tokens_max = 8");
    }

    @Test
    void listsAllAndForgetsThoseThatEndedLongAgo() throws Exception {
        keeper.create("short", READ, HOUR);
        keeper.rotate("local", Duration.ofMinutes(1));
        assertThat(keeper.tokens())
                .extracting(TokenStore.Entry::name)
                .containsExactlyInAnyOrder("local", "local", "short");

        clock.advance(Duration.ofDays(8));
        keeper.create("next", READ, HOUR);

        assertThat(keeper.tokens())
                .extracting(TokenStore.Entry::name)
                .containsExactlyInAnyOrder("local", "next");
    }

    @Test
    void losesNothingWhenManyChangeItAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (int i = 0; i < 8; i++) {
            String name = "token-" + i;
            threads.submit(() -> keeper.create(name, READ, HOUR));
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();

        open();
        assertThat(keeper.tokens()).hasSize(9);
    }

    private static void isKind(Throwable e, Kind kind) {
        assertThat(e).isInstanceOf(TokenException.class);
        assertThat(((TokenException) e).kind()).isEqualTo(kind);
    }

    private static TokenRules rules(Optional<Path> cluster) {
        return new TokenRules(cluster, Duration.ofMinutes(5), 8);
    }

    private Optional<String> nameOf(String token) {
        return keeper.known().find(TokenDigest.of(token)).map(Known::name);
    }

    private boolean holds(String token) {
        return keeper.known()
                .find(TokenDigest.of(token))
                .filter(one -> !one.expired(clock.instant()))
                .isPresent();
    }

    private String local() throws Exception {
        return Files.readString(secrets().resolve("local_token")).strip();
    }

    private Path secrets() {
        return home.resolve("secrets");
    }

    private List<Path> files() throws Exception {
        try (var all = Files.list(secrets())) {
            return all.toList();
        }
    }

    private String mode(String name) throws Exception {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(secrets().resolve(name)));
    }
}
