package io.drover.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerbTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|GET /api/v1/tokens",
                "list|GET /api/v1/tokens",
                "create ci --scope read,metrics|POST /api/v1/tokens?name=ci&scope=read%2Cmetrics",
                "create ci --scope=read --life 30d|POST /api/v1/tokens?name=ci&scope=read&life=30d",
                "revoke ci|POST /api/v1/tokens/ci/revoke",
                "rotate local|POST /api/v1/tokens/local/rotate",
                "rotate local --overlap 0s|POST /api/v1/tokens/local/rotate?overlap=0s",
                "revoke a/../b|POST /api/v1/tokens/a%2F..%2Fb/revoke"
            })
    void asksForWhatIsWanted(String words, String asked) throws Exception {
        Call call = Verbs.call(words("token", words));

        assertThat(call.method() + " " + call.path()).isEqualTo(asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"create ci", "create --scope read", "revoke", "drop ci", "list all"})
    void saysWhatItTakes(String words) {
        assertThatThrownBy(() -> Verbs.call(words("token", words)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("token takes: list | create NAME --scope");
    }

    @Test
    void asksForTheCertificateOrANewOne() throws Exception {
        assertThat(Verbs.call(words("certificate", "")).path()).isEqualTo("/api/v1/certificates");
        assertThat(Verbs.call(words("certificate", "renew")).path())
                .isEqualTo("/api/v1/certificates/renew");
        assertThatThrownBy(() -> Verbs.call(words("certificate", "throw-away")))
                .hasMessage("certificate takes renew or nothing, not throw-away");
    }

    private static Words words(String verb, String words) {
        return new Words(
                verb, words == null || words.isEmpty() ? List.of() : List.of(words.split(" ")));
    }
}
