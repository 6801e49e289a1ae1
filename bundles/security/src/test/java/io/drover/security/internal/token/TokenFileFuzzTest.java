package io.drover.security.internal.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.drover.security.internal.file.UnsafeException;
import java.nio.file.Path;

class TokenFileFuzzTest {

    /** Whatever is in a token's file: 64 hex digits come out, or nothing. */
    @FuzzTest(maxDuration = "10m")
    void takesNothingForATokenThatIsNone(byte[] content) {
        try {
            assertThat(TokenFile.token(content, Path.of("/token"))).matches("[0-9a-fA-F]{64}");
        } catch (UnsafeException e) {
            assertThat(e).hasMessageContaining("must hold 64 hex characters");
        }
    }
}
