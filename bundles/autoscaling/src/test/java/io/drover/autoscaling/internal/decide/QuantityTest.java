package io.drover.autoscaling.internal.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

    @ParameterizedTest
    @CsvSource({
        "1, 1000",
        "100m, 100",
        "0.1, 100",
        "1.5, 1500",
        "1e3, 1000000",
        "1E3, 1000000",
        "2k, 2000000",
        "1Ki, 1024000",
        "1.5Gi, 1610612736000",
        "1n, 1",
        "999999n, 1",
        "1500u, 2",
        "0, 0",
        "9223372036854775807m, 9223372036854775807"
    })
    void readsWhatKubernetesWrites(String text, long thousandths) {
        assertThat(Quantity.thousandths(text)).hasValue(thousandths);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-1",
                "NaN",
                "Infinity",
                "1e1000000",
                "1e-1000000",
                "1kk",
                "Ki",
                "m",
                "0x10",
                "9223372036854775808m",
                "9Ei",
                "1 m",
                "1,5",
                "11111111111111111111111111111111111111111"
            })
    void takesNothingElse(String text) {
        assertThat(Quantity.thousandths(text)).isEmpty();
    }

    @Test
    void readsNumbersOfAnyKind() {
        assertThat(Quantity.thousandths(3)).hasValue(3_000);
        assertThat(Quantity.thousandths(1L << 40)).hasValue(1000L << 40);
        assertThat(Quantity.thousandths(0.25)).hasValue(250);
        assertThat(Quantity.thousandths(BigInteger.TEN.pow(30))).isEmpty();
        assertThat(Quantity.thousandths(Double.NaN)).isEmpty();
        assertThat(Quantity.thousandths(null)).isEmpty();
    }
}
