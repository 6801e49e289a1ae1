package io.drover.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JournalVerbTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "- | /api/v1/journal",
                "shop/web | /api/v1/journal?object=shop%2Fweb",
                "shop --since 2h | /api/v1/journal?since_s=7200&object=shop",
                "--limit 5 --since=30s | /api/v1/journal?since_s=30&limit=5",
                "--verify | /api/v1/journal/verification",
            })
    void asksFor(String words, String path) throws StartException {
        Call call = JournalVerb.call(words(words));

        assertThat(call.method()).isEqualTo("GET");
        assertThat(call.path()).isEqualTo(path);
        assertThat(call.accept()).startsWith("text/plain");
    }

    @Test
    void asksForJson() throws StartException {
        assertThat(JournalVerb.call(words("shop/web --json")).accept())
                .isEqualTo("application/json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a b | journal takes one NAMESPACE/NAME of an autoscaler, or none",
                "--since soon | --since takes a time as 30s, 10m, 2h or 1d, not soon",
                "shop/web --verify | journal --verify checks the whole journal, it takes no more",
                "--loud | journal does not take --loud",
            })
    void refuses(String words, String message) {
        assertThatThrownBy(() -> JournalVerb.call(words(words))).hasMessage(message);
    }

    private static Words words(String text) {
        return new Words("journal", text == null ? List.of() : Arrays.asList(text.split(" ")));
    }
}
