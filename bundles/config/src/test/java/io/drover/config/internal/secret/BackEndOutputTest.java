package io.drover.config.internal.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackEndOutputTest {

    @Test
    void valuesAreReadWithAllEscapesOfJson() throws Exception {
        var answers =
                BackEndOutput.parse(
                        (" {\"a\\/b\" : { \"value\" : \"1\\n\\\"\\\\\\u00e9\\ud834\\udd1e𝄞\",\n"
                                        + "\"error\":null , \"lease\":[1.5e3,{\"x\":[true,{},[]]}]}"
                                        + ",\"c\":{}}\n")
                                .getBytes(UTF_8));

        assertThat(answers.get("a/b").value()).isEqualTo("1\n\"\\é𝄞𝄞");
        assertThat(answers.get("a/b").error()).isNull();
        assertThat(answers.get("c").value()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                | 1",
                "[]                                | 1",
                "null                              | 1",
                "{                                 | 2",
                "{} x                              | 4",
                "{'a':'canary'}                    | 6",
                "{'a':{'value':7}}                 | 15",
                "{'a':{'value':'canary}}           | 24",
                "{'a':{'value':'\\x'}}             | 18",
                "{'a':{'value':'\\u12g4'}}         | 21",
                "{'a':{'value':'x'} 'b':{}}        | 20",
                "{'a':{},'a':{}}                   | 15",
                "{'a':{'x':01}}                    | 13",
                "{'a':{'x':[[[[[[[[[[[[[[[[[[1     | 28",
            })
    void whatIsNotOneDocumentOfThatShapeIsRefusedByItsPlaceAlone(String output, int at) {
        byte[] bytes = output.replace('\'', '"').getBytes(UTF_8);

        assertThatThrownBy(() -> BackEndOutput.parse(bytes))
                .isInstanceOf(FetchException.class)
                .hasMessageStartingWith("its output must be JSON: at character " + at + " ")
                .hasMessageNotContaining("canary");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0001", "\n"})
    void controlCharactersAreRefused(String control) {
        byte[] bytes = ("{\"a\":{\"value\":\"" + control + "\"}}").getBytes(UTF_8);

        assertThatThrownBy(() -> BackEndOutput.parse(bytes)).hasMessageContaining("no control");
    }

    @Test
    void otherEncodingsAreRefused() {
        assertThatThrownBy(() -> BackEndOutput.parse(new byte[] {'{', (byte) 0xFF, '}'}))
                .hasMessage("its output must be UTF-8");
    }
}
