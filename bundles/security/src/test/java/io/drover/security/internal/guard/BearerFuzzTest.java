package io.drover.security.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.drover.api.security.Attempt;
import io.drover.api.security.Audience;
import io.drover.api.security.Ruling;
import io.drover.api.security.Use;
import io.drover.security.internal.token.Known;
import io.drover.security.internal.token.KnownTokens;
import io.drover.security.internal.token.TokenDigest;
import io.drover.testing.ManualClock;
import io.drover.testing.RecordedAudit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class BearerFuzzTest {

    private static final String TOKEN = "a1b2c3d4".repeat(8);

    private final KnownTokens known = new KnownTokens();
    private final Gatekeeper guard =
            new Gatekeeper(
                    known,
                    new GuardRules(
                            1_000,
                            Duration.ofSeconds(1),
                            16,
                            new ReviewRules(
                                    ReviewRules.Doors.ALL,
                                    List.of(),
                                    Duration.ofSeconds(1),
                                    Duration.ofSeconds(1),
                                    16,
                                    1),
                            new ClientNames(Map.of())),
                    new RecordedAudit(),
                    new ManualClock(Instant.parse("2026-11-22T20:00:00Z")),
                    () -> 0);

    BearerFuzzTest() {
        known.replace(List.of(Known.ofFile("local", TokenDigest.of(TOKEN))));
    }

    /** Whatever the header is: nothing is thrown, and nobody comes in but with the very token. */
    @FuzzTest(maxDuration = "10m")
    void admitsNothingButTheToken(byte[] bytes) {
        String header = new String(bytes, StandardCharsets.ISO_8859_1);

        Ruling ruling =
                guard.judge(
                        new Attempt(
                                Use.READ,
                                Audience.LOCAL,
                                "get",
                                "/api/v1/status",
                                List.of(header),
                                Optional.empty(),
                                List.of()));

        if (ruling instanceof Ruling.Admitted) {
            assertThat(header.substring("bearer ".length()).strip()).isEqualTo(TOKEN);
        }
        Bearer.token(header)
                .ifPresent(token -> assertThat(token).matches("[A-Za-z0-9._~+/=-]{1,4096}"));
    }
}
