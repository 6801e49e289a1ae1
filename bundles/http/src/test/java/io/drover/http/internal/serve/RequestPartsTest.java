package io.drover.http.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.http.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestPartsTest {

    @Test
    void decodesAQueryAndKeepsTheValuesOfEachName() throws Exception {
        assertThat(Query.parse("a=1&b=x%20y+z&a=2&c&=e&%C3%A4=%26"))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "a",
                                List.of("1", "2"),
                                "b",
                                List.of("x y z"),
                                "c",
                                List.of(""),
                                "",
                                List.of("e"),
                                "ä",
                                List.of("&")));
        assertThat(Query.parse(null)).isEmpty();
        assertThat(Query.parse("")).isEmpty();
    }

    @Test
    void refusesAQueryThatCannotBeDecoded() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> Query.parse("a=%zz"))
                .satisfies(e -> assertThat(e.status()).isEqualTo(400));
    }

    private static BodyInput body(int length, int max) {
        return new BodyInput(new ByteArrayInputStream(new byte[length]), max);
    }

    @Test
    void givesABodyUpToItsLimitWhole() throws Exception {
        assertThat(body(10, 10).readAllBytes()).hasSize(10);
        assertThat(body(0, 0).readAllBytes()).isEmpty();
    }

    @Test
    void cutsABodyOffBeyondItsLimitHoweverItIsRead() {
        assertThatThrownBy(() -> body(11, 10).readAllBytes())
                .isInstanceOf(BodyInput.TooLongException.class);
        assertThatThrownBy(() -> body(11, 10).skip(11)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> body(1, 0).read()).isInstanceOf(IOException.class);
    }
}
