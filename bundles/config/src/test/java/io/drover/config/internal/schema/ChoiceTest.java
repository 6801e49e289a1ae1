package io.drover.config.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChoiceTest {

    private final Key port =
            new Key(
                    "port",
                    "port",
                    ValueType.TEXT,
                    0,
                    List.of("15006"),
                    Bounds.of("", ""),
                    List.of("shared", "0..65535"),
                    "");

    @ParameterizedTest
    @ValueSource(strings = {"shared", "0", "15006", "65535"})
    void aWordOrANumberOfTheRangeIsOffered(String given) {
        assertThat(port.offers(given)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Shared", "65536", "-1", "+1", "1.5", "0..65535 ", "0x10", "own"})
    void nothingElseIs(String given) {
        assertThat(port.offers(given)).isFalse();
    }

    @Test
    void isSaidInWords() {
        assertThat(port.choices())
                .extracting(Choice::words)
                .containsExactly("shared", "0 to 65535");
    }
}
