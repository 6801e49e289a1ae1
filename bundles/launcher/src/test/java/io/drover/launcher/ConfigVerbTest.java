package io.drover.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigVerbTest {

    @ParameterizedTest
    @CsvSource({
        "'', GET /api/v1/config ",
        "conntrack, GET /api/v1/config?section=conntrack ",
        "schema, GET /api/v1/config/schema ",
        "secrets, GET /api/v1/config/secrets ",
        "secrets refresh, POST /api/v1/config/secrets/refresh ",
        "set a.b c, POST /api/v1/config/settings/a/b c",
        "set a.b c --for 10m, POST /api/v1/config/settings/a/b?for_s=600 c",
        "set a.b c --for=2d, POST /api/v1/config/settings/a/b?for_s=172800 c",
        "unset a.b/c, POST /api/v1/config/settings/a/b%2Fc/unset ",
    })
    void theWordsBecomeOneRequest(String words, String request) throws Exception {
        Call call = call(words);

        assertThat(call.method() + " " + call.path() + " " + call.body())
                .isEqualTo(request.strip() + (call.body().isEmpty() ? " " : ""));
    }

    @Test
    void jsonIsAnOptionOfEach() throws Exception {
        assertThat(call("set a.b c --json").accept()).isEqualTo("application/json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set",
                "set a.b",
                "set a.b c d",
                "set ab c",
                "set .b c",
                "set a. c",
                "unset",
                "set a.b c --for",
                "set a.b c --for 10",
                "set a.b c --for 0m",
                "--for 10m",
                "secrets x",
                "a b",
                "--x"
            })
    void otherWordsAreRefused(String words) {
        assertThatThrownBy(() -> call(words))
                .isInstanceOfSatisfying(
                        StartException.class,
                        e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE));
    }

    private static Call call(String words) throws StartException {
        List<String> list = words.isEmpty() ? List.of() : List.of(words.split(" "));
        return ConfigVerb.call(new Words("config", list));
    }
}
