package io.drover.core.internal.apikey;

import java.util.Optional;
import java.util.regex.Pattern;

/** The form of an API key. Pure; never says anything of the key but its length. */
final class KeyForm {

    private static final Pattern API_KEY = Pattern.compile("[0-9a-fA-F]{32}");
    private static final Pattern APPLICATION_KEY = Pattern.compile("[0-9a-fA-F]{40}");

    private KeyForm() {}

    /** What is wrong with the form, in a sentence; empty when nothing is. */
    static Optional<String> wrong(String key) {
        if (API_KEY.matcher(key).matches()) {
            return Optional.empty();
        }
        if (APPLICATION_KEY.matcher(key).matches()) {
            return Optional.of(
                    "core.api_key is an application key (40 hexadecimal digits), and an API key (32)"
                            + " is needed");
        }
        return Optional.of(
                "core.api_key must be 32 hexadecimal digits, has "
                        + key.length()
                        + (key.length() == 1 ? " character" : " characters")
                        + (key.chars().allMatch(c -> Character.digit(c, 16) >= 0)
                                ? ""
                                : ", not all of them digits"));
    }
}
