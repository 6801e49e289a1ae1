package io.drover.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProblemTest {

    @Test
    void findsTheSentenceForPeople() {
        assertThat(
                        Problem.detail(
                                "{\"type\":\"about:blank\",\"status\":422,\"detail\":\"key \\\"a\\\\b\\\""
                                        + " is\\nwrong \\u00e9\",\"findings\":[]}"))
                .contains("key \"a\\b\" is\nwrong \u00e9");
    }

    @Test
    void findsNoneWhereThereIsNone() {
        assertThat(Problem.detail("<html>bad gateway</html>")).isEmpty();
        assertThat(Problem.detail("{\"detail\":7}")).isEmpty();
        assertThat(Problem.detail("{\"detail\":\"cut")).isEmpty();
    }
}
