package io.drover.kubernetes.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {

    @TempDir private Path folder;
    private long nanos;

    @Test
    void aTokenThatWasRenewedIsUsedAMinuteLater() throws IOException {
        TokenFile token = token("first\n");
        assertThat(token.read()).isEqualTo("first");
        write("second");

        pass(Duration.ofSeconds(59));
        assertThat(token.read()).isEqualTo("first");
        pass(Duration.ofSeconds(1));
        assertThat(token.read()).isEqualTo("second");
    }

    @Test
    void theOldTokenStaysWhileTheFileIsEmptyOrGoneAndTheNewOneIsTakenAtOnceThen()
            throws IOException {
        TokenFile token = token("first");
        token.read();
        pass(Duration.ofMinutes(2));

        write("");
        assertThat(token.read()).isEqualTo("first");
        Files.delete(file());
        assertThat(token.read()).isEqualTo("first");
        write("second");
        assertThat(token.read()).isEqualTo("second");
    }

    @Test
    void withoutAnyTokenItSaysWhichFile() throws IOException {
        TokenFile token = token(" ");

        assertThatThrownBy(token::read)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(file().toString());
    }

    private TokenFile token(String text) throws IOException {
        write(text);
        return new TokenFile(file(), () -> nanos);
    }

    private void write(String text) throws IOException {
        Files.writeString(file(), text);
    }

    private Path file() {
        return folder.resolve("token");
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }
}
