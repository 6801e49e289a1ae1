package io.drover.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProblemErrorsTest {

    @Test
    void saysWhatIsWrongWithARequest() {
        assertThat(ProblemErrors.document(400, "Bad"))
                .isEqualTo(
                        "{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,"
                                + "\"detail\":\"Bad\"}\n");
    }

    @Test
    void tellsNothingOfAnErrorOfTheServer() {
        assertThat(ProblemErrors.document(500, "java.lang.Secret: x"))
                .isEqualTo(
                        "{\"type\":\"about:blank\",\"title\":\"Server Error\",\"status\":500}\n");
    }

    @Test
    void quotesWhateverTheClientSent() {
        assertThat(ProblemErrors.document(400, "\"\\\n\u0000ä\u2028"))
                .contains("\"detail\":\"\\\"\\\\\\u000a\\u0000\\u00e4\\u2028\"");
    }
}
