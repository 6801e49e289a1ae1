package io.drover.core.internal.flare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {

    private static final String HEX = "0123456789abcdef".repeat(4);

    private final Redactor redactor = new Redactor(List.of("s3cr\"et/Ω", "abc"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api_key: CANARY",
                "  dd-app-key: 'CANARY'",
                "\"password\": \"CANARY\"",
                "\"password\":\"x\\\"CANARY\"",
                "DROVER_CORE_API_KEY=CANARY",
                "-Djavax.net.ssl.keyStorePassword=CANARY",
                "proxy: http://user:CANARY@proxy:3128/",
                "Authorization: Bearer CANARY123",
                "authorization=Basic Q0FOQVJZCANARY==",
                "<password>CANARY</password>",
                "drover login --auth-token CANARY",
                "client_secret: |\n  CANARY\n  CANARY\nnext: 1",
                "tokens:\n  - CANARY\n  - CANARY\nnext: 1",
                "tokens: [CANARY, CANARY]",
                "Set-Cookie: CANARY",
                "jwt eyJhbGciOiJIUzI1.eyJzdWIiCANARY.c2lnbmF0dXJl",
                "key AKIAIOSFODNN7CANARY2",
                "-----BEGIN EC PRIVATE KEY-----\nCANARY\n-----END EC PRIVATE KEY-----",
                "opaque kQ3vJ8x2CANARYm4Tz7Lw9Rb5Yc1Hd6Nf0"
            })
    void whatLooksLikeASecretIsTakenOut(String text) {
        Redactor.Redacted redacted = redactor.redact("before=1\n" + text + "\nafter=2\n");

        assertThat(redacted.text())
                .doesNotContain("CANARY")
                .contains("[redacted: ")
                .startsWith("before=1\n")
                .endsWith("after=2\n");
        assertThat(redacted.counts()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"32", "40", "64"})
    void keysInHexadecimalAreTakenOutWhereverTheyStand(int length) {
        String key = HEX.substring(0, length);

        assertThat(redactor.redact("sent " + key + ".").text())
                .isEqualTo("sent [redacted: hexadecimal].");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token_file: /home/secrets/local_token",
                "drover_security_tokens_total{scope=\"admin\"} 3.0",
                "api_key: ENC[handle]",
                "api_key: file:/run/secrets/key",
                "secret: [redacted]",
                "tokens: 2",
                "security/tokens        active  0.050 s  1",
                "    at io.drover.core.internal.flare.Redactor.redact(Redactor.java:123)",
                "/var/lib/drover/data/cache/bundle23/version0.0/bundle.jar",
                "io.drover.core$$Lambda$412/0x00007f1c0c1b2a58",
                "revision 0899a8a256d8, id 8400-e29b-41d4"
            })
    void whatHelpsAndHarmsNobodyStays(String text) {
        assertThat(redactor.redact(text).text()).isEqualTo(text);
    }

    @Test
    void knownValuesAreTakenOutInEveryForm() {
        String known = "s3cr\"et/Ω";
        String base64 = Base64.getEncoder().encodeToString(known.getBytes(StandardCharsets.UTF_8));

        Redactor.Redacted redacted =
                redactor.redact("a " + known + " b s3cr\\\"et/Ω c s3cr%22et%2F%CE%A9 d " + base64);

        assertThat(redacted.text())
                .isEqualTo(
                        "a [redacted: known secret] b [redacted: known secret] c"
                                + " [redacted: known secret] d [redacted: known secret]"
                                + "=".repeat(base64.length() - base64.replace("=", "").length()));
        assertThat(redacted.counts()).containsEntry("known secret", 4);
    }

    @Test
    void aKeyThatIsCutOffTakesAllThatFollows() {
        assertThat(redactor.redact("a\n-----BEGIN PRIVATE KEY-----\nCANARY and so on").text())
                .isEqualTo("a\n[redacted: private key]");
    }

    @Test
    void aKnownValueThatIsTooShortWouldBeFoundByChance() {
        assertThat(redactor.redact("the abc of it").text()).isEqualTo("the abc of it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "\"",
                "\\\"",
                "password=\"",
                "1aA",
                "-",
                "--a",
                "<a",
                ":",
                "token:|\n "
            })
    @Timeout(20)
    void aLongHostileTextCostsLittle(String piece) {
        String text = piece.repeat((1 << 19) / piece.length());

        assertThat(redactor.redact(text).text()).isNotEmpty();
    }
}
