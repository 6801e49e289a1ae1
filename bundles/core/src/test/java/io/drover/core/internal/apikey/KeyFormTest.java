package io.drover.core.internal.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyFormTest {

    @Test
    void admits32HexadecimalDigitsOfEitherCase() {
        assertThat(KeyForm.wrong("0123456789abcdef0123456789ABCDEF")).isEmpty();
    }

    @Test
    void saysWhatIsWrongWithoutShowingTheKey() {
        assertThat(KeyForm.wrong("0123456789abcdef0123456789abcdef01234567"))
                .hasValueSatisfying(why -> assertThat(why).contains("application key"));
        assertThat(KeyForm.wrong("0123456789abcdef"))
                .contains("core.api_key must be 32 hexadecimal digits, has 16 characters");
        assertThat(KeyForm.wrong("your-api-key-of-32-characters-xx"))
                .contains(
                        "core.api_key must be 32 hexadecimal digits, has 32 characters, not all of"
                                + " them digits");
    }
}
