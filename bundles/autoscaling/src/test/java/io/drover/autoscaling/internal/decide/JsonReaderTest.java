package io.drover.autoscaling.internal.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"a\": [1, -2.5e3, true, false, null, \"x\"]} | {a=[1, -2.5E+3, true, false, null, x]}",
                "{}                          | {}",
                "[[], {}]                    | [[], {}]",
                "\"\\u00e9\\\"\\\\\\/\\n\"   | 'é\"\\/\n'",
                "0                           | 0"
            })
    void readsWhatIsJson(String text, String value) {
        assertThat(JsonReader.read(text)).hasToString(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "{\"a\":1,}",
                "{\"a\" 1}",
                "{a:1}",
                "{\"a\":1,\"a\":2}",
                "01",
                "+1",
                "1.",
                ".5",
                "1e9999",
                "NaN",
                "Infinity",
                "-",
                "tru",
                "\"",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\u0001\"",
                "1 2",
                "'a'"
            })
    void refusesWhatIsNot(String text) {
        assertThatThrownBy(() -> JsonReader.read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("not JSON as it should be: expected ");
    }

    @Test
    void nestingHasABound() {
        assertThat(JsonReader.read("[".repeat(32) + "]".repeat(32))).isNotNull();
        assertThatThrownBy(() -> JsonReader.read("[".repeat(33) + "]".repeat(33)))
                .hasMessageContaining("no more than 32 levels");
    }

    @Test
    void rubbishGivesAnErrorAndNothingElse() {
        Random random = new Random(8);
        String letters = "{}[]\",:\\u0e-+.1truefalsn \n";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(30); j > 0; j--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            try {
                JsonReader.read(text.toString());
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("expected");
            }
        }
    }
}
