package io.drover.security.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.security.internal.token.TokenDigest;
import org.junit.jupiter.api.Test;

class DigestsTest {

    private final Digests digests = new Digests();

    private static String header(String token) {
        return "Bearer " + token; // made anew at each call, as a parser does
    }

    @Test
    void theSameHeaderOfAConnectionIsDigestedOnce() {
        String header = header("a-token");

        TokenDigest first = digests.of(header).orElseThrow();

        assertThat(first.matches(TokenDigest.of("a-token"))).isTrue();
        assertThat(digests.of(header)).containsSame(first);
    }

    @Test
    void anEqualHeaderOfAnotherConnectionIsDigestedAnew() {
        TokenDigest first = digests.of(header("a-token")).orElseThrow();

        TokenDigest second = digests.of(header("a-token")).orElseThrow();

        assertThat(second).isNotSameAs(first);
        assertThat(second.matches(first)).isTrue();
    }

    @Test
    void thousandsOfHeadersAreNotTakenForEachOther() {
        for (int i = 0; i < 10_000; i++) {
            TokenDigest digest = digests.of(header("token-" + i)).orElseThrow();

            assertThat(digest.matches(TokenDigest.of("token-" + i))).isTrue();
        }
    }

    @Test
    void whatIsNoTokenHasNoDigest() {
        assertThat(digests.of("Basic abc")).isEmpty();
        assertThat(digests.of("Bearer ")).isEmpty();
    }
}
