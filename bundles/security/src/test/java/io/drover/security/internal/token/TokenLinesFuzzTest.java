package io.drover.security.internal.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;

class TokenLinesFuzzTest {

    /** Whatever is in the file: it is refused in a sentence, or read as what would be written. */
    @FuzzTest(maxDuration = "10m")
    void readsOrRefusesWhateverIsInTheListOfTokens(byte[] content) throws Exception {
        List<Known> tokens;
        try {
            tokens = TokenLines.parse(content);
        } catch (TokenLines.LineException e) {
            assertThat(e).hasMessageStartingWith("line ");
            return;
        }
        byte[] written = TokenLines.write(tokens);

        assertThat(TokenLines.write(TokenLines.parse(written))).isEqualTo(written);
        assertThat(tokens)
                .allSatisfy(
                        one -> {
                            assertThat(TokenLines.isName(one.name())).isTrue();
                            assertThat(one.ofFile()).isEqualTo(one.scopes().isEmpty());
                        });
    }
}
