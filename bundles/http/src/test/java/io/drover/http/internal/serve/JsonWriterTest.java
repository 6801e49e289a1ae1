package io.drover.http.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.http.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class JsonWriterTest {

    private static String written(Reply.JsonBody body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonWriter.write(out, body);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String value(Object value) throws IOException {
        return written(json -> json.value(value));
    }

    @Test
    void writesEachKindOfValue() throws Exception {
        assertThat(value(null)).isEqualTo("null");
        assertThat(value("a\"\\\n\u0001ä🐂</script>"))
                .isEqualTo("\"a\\\"\\\\\\n\\u0001ä🐂</script>\"");
        assertThat(value(true)).isEqualTo("true");
        assertThat(value(7)).isEqualTo("7");
        assertThat(value(Long.MIN_VALUE)).isEqualTo("-9223372036854775808");
        assertThat(value((short) 3)).isEqualTo("3");
        assertThat(value((byte) 4)).isEqualTo("4");
        assertThat(value(0.1)).isEqualTo("0.1");
        assertThat(value(1.5f)).isEqualTo("1.5");
        assertThat(value(new BigInteger("18446744073709551615"))).isEqualTo("18446744073709551615");
        assertThat(value(new BigDecimal("1E+3"))).isEqualTo("1000");
        assertThat(value(ChronoUnit.DAYS)).isEqualTo("\"DAYS\"");
    }

    @Test
    void makesNullOfNumbersThatJsonHasNot() throws Exception {
        assertThat(value(Double.NaN)).isEqualTo("null");
        assertThat(value(Double.POSITIVE_INFINITY)).isEqualTo("null");
        assertThat(value(Float.NEGATIVE_INFINITY)).isEqualTo("null");
    }

    @Test
    void writesTimesAsTextAndDurationsAsSeconds() throws Exception {
        assertThat(value(Instant.parse("2026-01-02T03:04:05.006Z")))
                .isEqualTo("\"2026-01-02T03:04:05.006Z\"");
        assertThat(value(Duration.ofMillis(1_500))).isEqualTo("1.5");
        assertThat(value(Duration.ofSeconds(100))).isEqualTo("100");
        assertThat(value(Duration.ofNanos(-1))).isEqualTo("-0.000000001");
        assertThat(value(Duration.ZERO)).isEqualTo("0");
    }

    @Test
    void writesMapsAndListsOfThem() throws Exception {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("b", List.of(1, "x"));
        map.put("a", Arrays.asList(null, Map.of()));

        assertThat(value(map)).isEqualTo("{\"b\":[1,\"x\"],\"a\":[null,{}]}");
    }

    @Test
    void writesADocumentPieceByPiece() throws Exception {
        String document =
                written(
                        json -> {
                            json.object().field("n", 1).field("s", "t");
                            json.name("list").array().value(1).object().end().array().end().end();
                            json.name("o").object().field("x", (Object) null).end();
                            json.end();
                        });

        assertThat(document)
                .isEqualTo("{\"n\":1,\"s\":\"t\",\"list\":[1,{},[]],\"o\":{\"x\":null}}");
    }

    @Test
    void refusesOtherTypes() {
        assertThatThrownBy(() -> value(new Object()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Object");
        assertThatThrownBy(() -> value(new AtomicLong()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> value(new int[0])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesWhatIsNotOneWholeDocument() {
        assertThatThrownBy(() -> written(json -> {})).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> written(json -> json.object().name("a")))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> written(json -> json.array().array().end()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> written(json -> json.value(1).value(2)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> written(json -> json.array().end().end()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> written(json -> json.array().name("a")))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> written(json -> json.object().value(1)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void refusesAMapThatHoldsItselfInsteadOfNeverEnding() {
        Map<String, Object> endless = new LinkedHashMap<>();
        endless.put("self", endless);

        assertThatThrownBy(() -> value(endless)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void sendsALongDocumentOnAsItIsMade() throws Exception {
        List<Integer> arrived = new ArrayList<>();
        OutputStream client =
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        throw new AssertionError("byte by byte");
                    }

                    @Override
                    public void write(byte[] buffer, int offset, int length) {
                        arrived.add(length);
                    }
                };

        JsonWriter.write(
                client,
                json -> {
                    json.array();
                    for (int i = 0; i < 10_000; i++) {
                        json.value(i);
                    }
                    assertThat(arrived).isNotEmpty();
                    json.end();
                });

        assertThat(arrived).allSatisfy(length -> assertThat(length).isLessThanOrEqualTo(16_000));
    }

    @Test
    void leavesTheStreamOpen() throws Exception {
        boolean[] closed = new boolean[1];
        ByteArrayOutputStream out =
                new ByteArrayOutputStream() {
                    @Override
                    public void close() {
                        closed[0] = true;
                    }
                };

        JsonWriter.write(out, json -> json.value(1));

        assertThat(closed[0]).isFalse();
    }
}
