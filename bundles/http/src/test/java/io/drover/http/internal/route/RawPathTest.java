package io.drover.http.internal.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RawPathTest {

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "/a -> a",
                "/a/b -> a|b",
                "/%61/b%20c -> a|b c",
                "/%C3%A4 -> ä",
                "/ä -> ä",
                "/%F0%9F%90%82 -> 🐂",
                "/a+b -> a+b",
                "/a%25b -> a%b",
                "/a%2525b -> a%25b",
                "/a:b@c,d=e -> a:b@c,d=e",
                "/..a/.b/c.. -> ..a|.b|c..",
                "/... -> ...",
                "/%7Bname%7D -> {name}"
            })
    void decodesEachSegmentOnce(String raw, String segments) throws Exception {
        assertThat(RawPath.segments(raw)).isEqualTo(List.of(segments.split("\\|")));
    }

    @Test
    void givesASlashAtTheEndAnEmptyLastSegment() throws Exception {
        assertThat(RawPath.segments("/a/")).containsExactly("a", "");
        assertThat(RawPath.segments("/")).containsExactly("");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "//a",
                "/a//b",
                "/a//",
                "/.",
                "/..",
                "/a/./b",
                "/a/../b",
                "/a/%2e/b",
                "/a/%2E%2e/b",
                "/a/.%2e",
                "/a%2Fb",
                "/a%2fb",
                "/a%5Cb",
                "/a\\b",
                "/a;x=1",
                "/a;/b",
                "/;",
                "/a%00",
                "/a%0A",
                "/a%7F",
                "/a%C2%80",
                "/%",
                "/%2",
                "/%zz",
                "/%-1",
                "/%C3",
                "/%C0%AF",
                "/%ED%A0%80",
                "/%FF"
            })
    void refusesWhatCouldBeReadInTwoWays(String raw) {
        assertThatExceptionOfType(RawPath.MalformedException.class)
                .isThrownBy(() -> RawPath.segments(raw));
    }
}
