package io.drover.config.internal.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.drover.testing.JsonText;
import java.io.IOException;
import java.util.Map;

class BackEndOutputFuzzTest {

    @FuzzTest(maxDuration = "10m")
    void anyOutputIsReadOrRefusedByItsPlaceAlone(byte[] output) throws Exception {
        Map<String, BackEnd.Answer> answers;
        try {
            answers = BackEndOutput.parse(output);
        } catch (FetchException e) {
            assertThat(e.getMessage())
                    .matches(
                            "its output must be (UTF-8|JSON: at character \\d+ there must be"
                                    + " [a-zA-Z ]+)");
            return;
        }

        // What was read says the same when it is written out by another hand.
        assertThat(BackEndOutput.parse(written(answers).getBytes(UTF_8))).isEqualTo(answers);
    }

    private static String written(Map<String, BackEnd.Answer> answers) throws IOException {
        JsonText json = new JsonText();
        json.object();
        for (Map.Entry<String, BackEnd.Answer> one : answers.entrySet()) {
            json.name(one.getKey())
                    .object()
                    .field("value", one.getValue().value())
                    .field("error", one.getValue().error())
                    .end();
        }
        json.end();
        return json.document();
    }
}
