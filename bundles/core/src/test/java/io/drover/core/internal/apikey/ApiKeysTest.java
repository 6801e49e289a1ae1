package io.drover.core.internal.apikey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.intake.Content;
import io.drover.api.intake.Sender;
import io.drover.api.status.OnFailure;
import io.drover.api.status.State;
import io.drover.testing.FixedSecrets;
import io.drover.testing.ManualClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a stub intake on loopback. */
class ApiKeysTest {

    private static final String FIRST = "0123456789abcdef0123456789abcdef";
    private static final String SECOND = "fedcba9876543210fedcba9876543210";
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final FixedSecrets secrets = new FixedSecrets();
    private final HttpConnections connections = new HttpConnections("", "drover/test");
    private boolean started;
    private StubIntake intake;
    private ApiKeys keys;

    @BeforeEach
    void open() throws IOException {
        intake = new StubIntake();
        keys = keys(intake.uri("/api/v1/validate"), LONG);
        keys.use(secrets);
    }

    @AfterEach
    void close() {
        connections.close();
        intake.close();
    }

    @Test
    void needsNoKeyAndAsksNobodyWhileNothingIsSent() throws Exception {
        secrets.with("core", "api_key", FIRST);

        keys.look();

        assertThat(keys.state()).isEqualTo(KeyState.NOT_REQUIRED);
        assertThat(keys.step().status().state()).isEqualTo(State.SKIPPED);
        assertThat(intake.seen()).isEmpty();
    }

    @Test
    void aMissingKeyIsFatalAtTheStartAndNamesTheKeyToSet() {
        keys.open("profile upload");

        assertThat(keys.step().status().state()).isEqualTo(State.FAILED);
        assertThat(keys.step().onFailure()).isEqualTo(OnFailure.EXIT_CONFIGURATION);
        assertThat(keys.step().status().reason())
                .contains("core.api_key is not set")
                .contains("profile upload needs one");
        assertThat(keys.step().status().remedy())
                .contains("etc/drover.yaml")
                .contains("DROVER_CORE_API_KEY")
                .contains("profile upload");
    }

    @Test
    void aKeyThatGoesMissingLaterDegrades() throws Exception {
        secrets.with("core", "api_key", FIRST);
        Sender sender = keys.open("profile upload");
        started = true;
        secrets.without("core", "api_key");

        keys.look();

        assertThat(keys.step().status().state()).isEqualTo(State.DEGRADED);
        assertThat(keys.state()).isEqualTo(KeyState.INVALID);
        assertThat(sender.hindrance())
                .hasValueSatisfying(why -> assertThat(why).contains("not set"));
        assertThatThrownBy(() -> sender.post(intake.uri("/v1/input"), text("x"), LONG))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("there is no API key");
    }

    @Test
    void aKeyWhoseSourceWasNeverThereIsAsMissing() {
        secrets.unresolved("core", "api_key", "core.api_key: no file /run/secrets/key");
        keys.open("profile upload");

        assertThat(keys.step().status().state()).isEqualTo(State.FAILED);
        assertThat(keys.step().status().reason()).contains("no file /run/secrets/key");
    }

    @Test
    void recognisesAnApplicationKeyAndSendsItToNobody() throws Exception {
        String application = FIRST + "01234567";
        secrets.with("core", "api_key", application);
        keys.open("profile upload");

        keys.look();

        assertThat(keys.step().status().state()).isEqualTo(State.FAILED);
        assertThat(keys.step().status().reason())
                .contains("application key (40 hexadecimal digits)")
                .doesNotContain(application);
        assertThat(intake.seen()).isEmpty();
    }

    @Test
    void isUnknownUntilItIsAskedAboutThenValid() throws Exception {
        secrets.with("core", "api_key", FIRST);
        intake.accept(FIRST);
        keys.open("profile upload");
        assertThat(keys.state()).isEqualTo(KeyState.UNKNOWN);
        assertThat(keys.step().status().state()).isEqualTo(State.ACTIVE);

        clock.advance(Duration.ofSeconds(3));
        keys.look();

        assertThat(keys.state()).isEqualTo(KeyState.VALID);
        assertThat(keys.facts())
                .containsEntry("api_key", "valid")
                .containsEntry("api_key_since", clock.instant())
                .containsEntry("api_key_origin", "ENC[api_key]");
        StubIntake.Seen asked = intake.seen().get(0);
        assertThat(asked.method()).isEqualTo("GET");
        assertThat(asked.uri()).as("the key is in no query").isEqualTo("/api/v1/validate");
        assertThat(asked.key()).isEqualTo(FIRST);
        assertThat(asked.agent()).isEqualTo("drover/test");
    }

    @Test
    void findsWithinTheIntervalThatItWasRevoked() throws Exception {
        secrets.with("core", "api_key", FIRST);
        intake.accept(FIRST);
        Sender sender = keys.open("profile upload");
        keys.look();
        intake.revoke(FIRST);

        clock.advance(Duration.ofMinutes(59));
        keys.look();
        assertThat(keys.state()).as("not asked again yet").isEqualTo(KeyState.VALID);

        clock.advance(Duration.ofMinutes(1));
        keys.look();
        assertThat(keys.state()).isEqualTo(KeyState.INVALID);
        assertThat(keys.step().status().state()).isEqualTo(State.DEGRADED);
        assertThat(keys.step().status().reason()).contains("HTTP 403").doesNotContain(FIRST);
        assertThat(sender.hindrance()).isPresent();
        assertThat(secrets.refused()).hasSize(1);
    }

    @Test
    void takesANewKeyAtOnce() throws Exception {
        secrets.with("core", "api_key", FIRST);
        Sender sender = keys.open("profile upload");
        keys.look();
        assertThat(keys.state()).isEqualTo(KeyState.INVALID);

        secrets.with("core", "api_key", SECOND);
        intake.accept(SECOND);
        keys.look();

        assertThat(keys.state()).isEqualTo(KeyState.VALID);
        assertThat(keys.step().status().state()).isEqualTo(State.ACTIVE);
        assertThat(sender.hindrance()).isEmpty();
    }

    @Test
    void keepsTheFormerKeyWhenTheNewOneHasAWrongForm() throws Exception {
        secrets.with("core", "api_key", FIRST);
        intake.accept(FIRST);
        Sender sender = keys.open("profile upload");
        keys.look();
        secrets.with("core", "api_key", "oops");

        keys.look();

        assertThat(keys.state()).isEqualTo(KeyState.VALID);
        assertThat(keys.step().status().state()).isEqualTo(State.DEGRADED);
        assertThat(keys.step().status().reason())
                .contains("the former key is kept")
                .contains("has 4 characters")
                .doesNotContain("oops");
        assertThat(sender.post(intake.uri("/v1/input"), text("x"), LONG)).isEqualTo(202);
    }

    @Test
    void anOutageIsUnknownAndAskedAgainSoonerAndSooner() throws Exception {
        secrets.with("core", "api_key", FIRST);
        intake.accept(FIRST);
        keys.open("profile upload");
        intake.always(500);

        keys.look();
        assertThat(keys.state()).isEqualTo(KeyState.UNKNOWN);
        assertThat(keys.step().status().state()).isEqualTo(State.DEGRADED);
        assertThat(keys.step().status().reason()).contains("says nothing of it", "HTTP 500");

        keys.look();
        assertThat(intake.seen()).hasSize(1);
        clock.advance(Duration.ofSeconds(30));
        keys.look();
        assertThat(intake.seen()).hasSize(2);
        clock.advance(Duration.ofSeconds(30));
        keys.look();
        assertThat(intake.seen()).as("the second wait is twice as long").hasSize(2);

        intake.always(0);
        clock.advance(Duration.ofSeconds(30));
        keys.look();
        assertThat(keys.state()).isEqualTo(KeyState.VALID);
        assertThat(keys.step().status().reason()).isEmpty();
        assertThat(keys.facts()).containsKey("api_key_last_error");
    }

    @Test
    void anOutageDoesNotMakeARefusedKeyBetter() throws Exception {
        secrets.with("core", "api_key", FIRST);
        keys.open("profile upload");
        keys.look();
        intake.always(503);

        clock.advance(Duration.ofHours(1));
        keys.look();

        assertThat(keys.state()).isEqualTo(KeyState.INVALID);
    }

    @Test
    void silenceGarbageAndRefusedConnectionsAreUnknownToo() throws Exception {
        secrets.with("core", "api_key", FIRST);
        List<URI> rude = new ArrayList<>();
        try (StubIntake.Rude silent = new StubIntake.Rude(new byte[0]);
                StubIntake.Rude garbage = new StubIntake.Rude(garbage());
                StubIntake.Rude endless = new StubIntake.Rude(new byte[300_000])) {
            rude.addAll(List.of(silent.uri(), garbage.uri(), endless.uri()));
            rude.add(URI.create("http://127.0.0.1:1/validate"));
            rude.add(URI.create("http://no-such-host.invalid/validate"));
            for (URI target : rude) {
                ApiKeys asking = keys(target, SHORT);
                asking.use(secrets);
                asking.open("profile upload");

                long begin = System.nanoTime();
                asking.look();

                assertThat(asking.state()).as(target.toString()).isEqualTo(KeyState.UNKNOWN);
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LONG);
                assertThat(asking.step().status().reason()).contains("does not answer");
            }
        }
    }

    @Test
    void followsNoRedirectWithTheKey() throws Exception {
        secrets.with("core", "api_key", FIRST);
        keys.open("profile upload");
        intake.always(302);

        keys.look();

        assertThat(keys.state()).isEqualTo(KeyState.UNKNOWN);
        assertThat(intake.seen()).hasSize(1);
    }

    @Test
    void postsWithTheNewestKey() throws Exception {
        secrets.with("core", "api_key", FIRST);
        intake.accept(FIRST);
        intake.accept(SECOND);
        Sender sender = keys.open("profile upload");
        assertThat(sender.post(intake.uri("/v1/input"), text("one"), LONG)).isEqualTo(202);
        secrets.with("core", "api_key", SECOND);

        assertThat(sender.post(intake.uri("/v1/input"), text("two"), LONG)).isEqualTo(202);

        assertThat(intake.seen())
                .extracting(StubIntake.Seen::key, StubIntake.Seen::body, StubIntake.Seen::type)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(FIRST, "one", "text/plain"),
                        org.assertj.core.groups.Tuple.tuple(SECOND, "two", "text/plain"));
    }

    @Test
    void postsAgainWhenANewerKeyCameMeanwhile() throws Exception {
        secrets.with("core", "api_key", FIRST);
        intake.accept(SECOND);
        Sender sender = keys.open("profile upload");
        Content rotating =
                new Content() {
                    @Override
                    public String type() {
                        return "text/plain";
                    }

                    @Override
                    public InputStream open() {
                        secrets.with("core", "api_key", SECOND);
                        return new ByteArrayInputStream(new byte[] {'x'});
                    }
                };

        assertThat(sender.post(intake.uri("/v1/input"), rotating, LONG)).isEqualTo(202);

        assertThat(intake.seen()).extracting(StubIntake.Seen::key).containsExactly(FIRST, SECOND);
    }

    @Test
    void needsNoKeyAnyMoreWhenTheLastSenderHasGone() throws Exception {
        Sender one = keys.open("profile upload");
        Sender two = keys.open("profile upload");
        one.close();
        one.close();
        assertThat(keys.state()).isEqualTo(KeyState.INVALID);

        two.close();

        assertThat(keys.state()).isEqualTo(KeyState.NOT_REQUIRED);
        assertThat(keys.step().status().state()).isEqualTo(State.SKIPPED);
    }

    @Test
    void waitsForTheSecrets() throws Exception {
        ApiKeys alone = keys(intake.uri("/api/v1/validate"), LONG);
        alone.open("profile upload");

        assertThat(alone.step().status().state()).isEqualTo(State.WAITING);
        assertThat(alone.step().status().reason()).contains("bundle config");

        secrets.with("core", "api_key", FIRST);
        intake.accept(FIRST);
        alone.use(secrets);
        alone.look();
        assertThat(alone.state()).isEqualTo(KeyState.VALID);
    }

    @Test
    void goesByTheConfiguredProxy() throws Exception {
        secrets.with("core", "api_key", FIRST);
        intake.accept(FIRST);
        String proxy = "http://127.0.0.1:" + intake.uri("/").getPort();
        try (HttpConnections by = new HttpConnections(proxy, "drover/test")) {
            ApiKeys behind =
                    new ApiKeys(
                            settings(URI.create("http://intake.invalid/validate"), LONG),
                            by,
                            () -> started,
                            clock);
            behind.use(secrets);
            behind.open("profile upload");

            behind.look();

            assertThat(behind.state()).isEqualTo(KeyState.VALID);
            assertThat(intake.seen().get(0).uri()).isEqualTo("http://intake.invalid/validate");
        }
    }

    private ApiKeys keys(URI validation, Duration timeout) {
        return new ApiKeys(settings(validation, timeout), connections, () -> started, clock);
    }

    private static ApiKeySettings settings(URI validation, Duration timeout) {
        return new ApiKeySettings(
                validation, Duration.ofHours(1), Duration.ofSeconds(30), timeout, "");
    }

    private static byte[] garbage() {
        return "220 smtp.example.org ESMTP\r\n\r\n".getBytes(StandardCharsets.UTF_8);
    }

    private static Content text(String text) {
        return new Content() {
            @Override
            public String type() {
                return "text/plain";
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
            }
        };
    }
}
