package io.drover.autoscaling.internal.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.autoscaling.internal.decide.Samples.Value;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PrometheusAnswerTest {

    private static final long AT = 1_767_268_800_000L;

    @Test
    void theSeriesOfAVectorAreAddedUp() {
        assertThat(read(vector("\"1.5\"", "\"0.25\""))).isEqualTo(new Value(1_750, AT));
    }

    @Test
    void aScalarIsTheFigure() {
        assertThat(read(success("scalar", "[1767268800.123,\"45\"]")))
                .isEqualTo(new Value(45_000, AT));
    }

    @Test
    void aWarningMakesTheFigureOneThatTakesNothingAway() {
        String text = vector("\"3\"").replace("{\"status\"", "{\"warnings\":[\"half\"],\"status\"");

        assertThat(read(text)).isEqualTo(new Value(3_000, AT, "Prometheus warns: half"));
    }

    static Stream<Arguments> absurd() {
        return Stream.of(
                Arguments.of("", "expected more at character 0"),
                Arguments.of("[]", "it must be an object"),
                Arguments.of("null", "it must be an object"),
                Arguments.of("{}", "the query failed"),
                Arguments.of("<html>", "not JSON"),
                Arguments.of("{\"status\":\"error\",\"error\":\"parse error\"}", "parse error"),
                Arguments.of("{\"status\":\"success\"}", "no data.result"),
                Arguments.of(success("vector", "[]"), "finds no series"),
                Arguments.of(success("matrix", "[]"), "gives a matrix"),
                Arguments.of(success("vector", "[{\"metric\":{}}]"), "has no value"),
                Arguments.of(vector("\"NaN\""), "must be 0 or more, is NaN"),
                Arguments.of(vector("\"+Inf\""), "must be 0 or more, is +Inf"),
                Arguments.of(vector("\"-1\""), "must be 0 or more, is -1"),
                Arguments.of(vector("\"\""), "must be a number"),
                Arguments.of(vector("\"many\""), "must be a number"),
                Arguments.of(vector("\"1e300\""), "larger than"),
                Arguments.of(vector("\"8e15\"", "\"8e15\""), "larger than"),
                Arguments.of("[".repeat(100_000), "no more than 32 levels"),
                Arguments.of("{\"a\":".repeat(100_000), "no more than 32 levels"));
    }

    @ParameterizedTest
    @MethodSource("absurd")
    void whatIsNoFigureIsRefusedWithAReason(String text, String why) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    private static Object read(String text) {
        return PrometheusAnswer.read(text, AT);
    }

    private static String vector(String... values) {
        StringBuilder series = new StringBuilder();
        for (String value : values) {
            series.append(series.length() == 0 ? "" : ",")
                    .append("{\"metric\":{\"pod\":\"a\"},\"value\":[1767268800.1,")
                    .append(value)
                    .append("]}");
        }
        return success("vector", "[" + series + "]");
    }

    private static String success(String type, String result) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\""
                + type
                + "\",\"result\":"
                + result
                + "}}";
    }
}
