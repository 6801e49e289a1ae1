package io.drover.config.internal.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.config.internal.secret.Reference.Handle;
import io.drover.config.internal.secret.Reference.InFile;
import io.drover.config.internal.secret.Reference.Literal;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {

    @Test
    void aTextIsTheSecretOrSaysWhereItIs() throws Exception {
        assertThat(Reference.parse(" 0123abcd\n")).isEqualTo(new Literal("0123abcd"));
        assertThat(Reference.parse("ENC")).isEqualTo(new Literal("ENC"));
        assertThat(Reference.parse(" ENC[k8s_secret@ns/name/key] "))
                .isEqualTo(new Handle("k8s_secret@ns/name/key"));
        assertThat(Reference.parse("ENC[a]b]")).isEqualTo(new Handle("a]b"));
        assertThat(Reference.parse("file:/run/secrets/key"))
                .isEqualTo(new InFile(Path.of("/run/secrets/key")));
        assertThat(Reference.parse("file:///run/secrets/key"))
                .isEqualTo(new InFile(Path.of("/run/secrets/key")));
    }

    @Test
    void onlyWhereItIsCanBeShown() {
        assertThat(new Literal("canary").toString()).isEqualTo("a literal");
        assertThat(new Handle("h").toString()).isEqualTo("ENC[h]");
        assertThat(new InFile(Path.of("/x")).toString()).isEqualTo("file:/x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ENC[",
                "ENC[]",
                "ENC[ ]",
                "ENC[a",
                "ENC[a]b",
                "ENC[a\u0001]",
                "ENC[\u202E]",
                "file:",
                "file:relative",
                "file://host/path",
                "file:/a\0b",
                "file:////x"
            })
    void whatBeginsAsAReferenceAndIsNoneIsNotTakenForASecret(String text) {
        assertThat(Reference.isElsewhere(text)).isTrue();
        assertThatThrownBy(() -> Reference.parse(text))
                .isInstanceOf(Reference.Malformed.class)
                .hasMessageStartingWith("must ");
    }
}
