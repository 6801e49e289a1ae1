package io.drover.security.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTest {

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "bearer ", "BEARER ", "bEaReR  "})
    void knowsTheSchemeInAnyCase(String scheme) {
        assertThat(Bearer.token(scheme + "a1b2")).contains("a1b2");
        assertThat(Bearer.token(scheme + "a1b2 ")).contains("a1b2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "Bearer    ",
                "Basic YTpi",
                "Bearer\t" + "a",
                "Bearera1a1",
                "Bearer a b",
                "Bearer a,b",
                "Bearer \u0000",
                "Bearer \u212a",
                "B\u0130arer aaaa",
                "\u212aearer aaaa",
                " ",
                "a1a1a1a1a1a1a1a1"
            })
    void refusesWhatIsMalformed(String header) {
        assertThat(Bearer.token(header)).isEmpty();
    }

    @Test
    void refusesWhatIsTooLongToBeHashedForAnybody() {
        assertThat(Bearer.token("Bearer " + "a".repeat(10_000_000))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b.c", "eyJhbGciOiJSUzI1NiIs.eyJpc3MiOiJrdWJl.c2ln-_"})
    void takesForATokenOfKubernetesWhatHasItsForm(String token) {
        assertThat(Bearer.isJwt(token)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "a.b", "a..c", ".b.c", "a.b.", "a.b.c.d", "a.b.c=", "..", "a.b.c/"})
    void asksNobodyAboutWhatHasNot(String token) {
        assertThat(Bearer.isJwt(token)).isFalse();
    }
}
