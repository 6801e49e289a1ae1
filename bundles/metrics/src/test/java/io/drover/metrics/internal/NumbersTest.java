package io.drover.metrics.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {

    private final Bytes out = new Bytes();

    @ParameterizedTest
    @CsvSource({
        "0, 0.0",
        "1, 1.0",
        "-1, -1.0",
        "0.1, 0.1",
        "-0.25, -0.25",
        "1.5, 1.5",
        "0.000001, 0.000001",
        "123456.789, 123456.789",
        "9007199254740992, 9007199254740992.0",
        "9007199254740994, 9.007199254740994E15",
        "1e300, 1.0E300",
        "4.9e-324, 4.9E-324",
        "0.3333333333333333, 0.3333333333333333",
        "NaN, NaN",
        "Infinity, +Inf",
        "-Infinity, -Inf"
    })
    void writesWhatAPersonExpects(double value, String text) {
        assertThat(text(value)).isEqualTo(text);
    }

    @Test
    void writesWhatReadsAsTheVerySameNumber() {
        Random random = new Random(4711);
        for (int i = 0; i < 200_000; i++) {
            double value =
                    switch (i % 5) {
                        case 0 -> Double.longBitsToDouble(random.nextLong());
                        case 1 -> random.nextInt() / 1e3;
                        case 2 -> random.nextLong() / 1e9;
                        case 3 -> random.nextDouble();
                        default -> (random.nextLong() >> 8) * 1.0;
                    };
            String text = text(value);
            double read =
                    "NaN".equals(text)
                            ? Double.NaN
                            : Double.parseDouble(text.replace("Inf", "Infinity"));
            assertThat(Double.valueOf(read))
                    .as(text)
                    .isEqualTo(Double.valueOf(value == 0 ? 0.0 : value));
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "7", "10", "-10", "99", "100", "9223372036854775807", "-9223372036854775808"})
    void writesWholeNumbers(long value) {
        out.put(value);

        assertThat(read()).isEqualTo(Long.toString(value));
    }

    private String text(double value) {
        out.clear();
        Numbers.put(value, out);
        return read();
    }

    private String read() {
        return new String(out.array(), 0, out.length(), StandardCharsets.US_ASCII);
    }
}
