package io.drover.security.internal.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.security.Scope;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenLinesTest {

    private static final Instant NOW = Instant.parse("2026-11-22T20:00:00Z");
    private static final String DIGEST = TokenDigest.of("a").hex();

    @Test
    void readsWhatItWrites() throws Exception {
        List<Known> tokens =
                List.of(
                        Known.made(
                                "ci",
                                TokenDigest.of("a"),
                                EnumSet.of(Scope.READ, Scope.METRICS),
                                NOW,
                                Optional.of(NOW.plusSeconds(5))),
                        Known.made(
                                "ops",
                                TokenDigest.of("b"),
                                EnumSet.of(Scope.ADMIN),
                                NOW,
                                Optional.empty()),
                        Known.ofFile("local", TokenDigest.of("c")).replacedUntil(NOW));

        byte[] text = TokenLines.write(tokens);

        assertThat(new String(text, StandardCharsets.US_ASCII))
                .isEqualTo(
                        "drover-tokens 1\n"
                                + DIGEST
                                + " ci read,metrics 2026-11-22T20:00:00Z 2026-11-22T20:00:05Z"
                                + " current\n"
                                + TokenDigest.of("b").hex()
                                + " ops admin 2026-11-22T20:00:00Z - current\n"
                                + TokenDigest.of("c").hex()
                                + " local - - 2026-11-22T20:00:00Z replaced\n");
        assertThat(TokenLines.write(TokenLines.parse(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ci read - -|line 2 must have 6 fields",
                "ci read - - current more|line 2 must have 6 fields",
                "ci read - - maybe|line 2 must end with current or replaced",
                "CI read - - current|line 2 has no name of a token",
                "local - - - current|line 2 gives a name that is taken by a file",
                "local read - 2026-11-22T20:00:00Z replaced|line 2 has the wrong scopes",
                "ci - - - current|line 2 has the wrong scopes",
                "ci read,write - - current|line 2 has an unknown scope",
                "ci read yesterday - current|line 2 has no instant such as",
                "ci read - - replaced|line 2 is replaced but has no end"
            })
    void saysWhatIsWrongInWhichLine(String rest, String said) {
        assertThatThrownBy(() -> parse("drover-tokens 1\n" + DIGEST + " " + rest + "\n"))
                .isInstanceOf(TokenLines.LineException.class)
                .hasMessageContaining(said);
    }

    @Test
    void refusesAnotherFormADigestThatIsNoneAndANameTwice() {
        assertThatThrownBy(() -> parse("drover-tokens 2\n")).hasMessageContaining("line 1 must be");
        assertThatThrownBy(() -> parse("")).hasMessageContaining("line 1 must be");
        assertThatThrownBy(() -> parse("drover-tokens 1\nabc ci read - - current"))
                .hasMessageContaining("line 2 begins with no SHA-256");
        String line = DIGEST + " ci read - - current\n";
        assertThatThrownBy(() -> parse("drover-tokens 1\n" + line + line))
                .hasMessageContaining("line 3 names a token that is there already");
    }

    private static List<Known> parse(String text) throws TokenLines.LineException {
        return TokenLines.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
