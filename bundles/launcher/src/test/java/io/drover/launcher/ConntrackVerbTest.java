package io.drover.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConntrackVerbTest {

    @ParameterizedTest
    @CsvSource({
        "'', connections",
        "list, connections",
        "--nat --port 80, connections?nat=true&port=80",
        "list --sort=-since --limit 5, connections?sort=-since&limit=5",
        "resolve 10.0.0.1:4 10.0.0.2:80, resolve?source=10.0.0.1&source_port=4&destination=10.0.0.2&destination_port=80",
        "resolve [fd00::1]:4 [fd00::2]:80 --protocol udp, resolve?protocol=udp&source=fd00%3A%3A1&source_port=4&destination=fd00%3A%3A2&destination_port=80",
        "resolve 10.0.0.1 10.0.0.2 --protocol=gre, resolve?protocol=gre&source=10.0.0.1&destination=10.0.0.2",
        "top --by source, top?by=source"
    })
    void asksForWhatTheWordsSay(String words, String path) throws Exception {
        List<String> given = words.isEmpty() ? List.of() : List.of(words.split(" "));

        assertThat(Verbs.call(new Words("conntrack", given)).path())
                .isEqualTo("/api/v1/conntrack/" + path);
    }

    @ParameterizedTest
    @CsvSource({
        "resolve, takes SOURCE and DESTINATION",
        "resolve 10.0.0.1:1, takes SOURCE and DESTINATION",
        "resolve a:b:c 10.0.0.1:1, source must be ADDRESS:PORT",
        "resolve 10.0.0.1:1 10.0.0.2:1 --colour blue, does not take --colour",
        "list --colour, does not take --colour",
        "top extra, does not take extra"
    })
    void namesWhatItDoesNotTake(String words, String complaint) {
        assertThatThrownBy(() -> Verbs.call(new Words("conntrack", List.of(words.split(" ")))))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(complaint);
    }
}
