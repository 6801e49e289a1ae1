package io.drover.security.internal;

import io.drover.api.security.Scope;
import io.drover.security.internal.certificate.SubjectName;
import io.drover.security.internal.token.Scopes;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks single keys of the section {@code security} and gathers all that is wrong. */
final class Checks {

    private static final int NAMES_MAX = 64;

    private final List<String> findings = new ArrayList<>();

    /** In one line; empty when all is well. */
    String findings() {
        return String.join("; ", findings);
    }

    void require(boolean sound, String finding) {
        if (!sound) {
            findings.add(finding);
        }
    }

    int range(String key, int value, int min, int max) {
        require(
                value >= min && value <= max,
                "security.%s must be from %d to %d, is %d".formatted(key, min, max, value));
        return value;
    }

    Duration seconds(String key, int value, int min, int max) {
        return Duration.ofSeconds(range(key, value, min, max));
    }

    /** Empty for an empty text. */
    Optional<Path> absolute(String key, String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        try {
            Path path = Path.of(text.strip());
            if (path.isAbsolute()) {
                return Optional.of(path);
            }
        } catch (InvalidPathException e) {
            // Said below, with all others.
        }
        findings.add("security." + key + " must be an absolute path, is '" + text + "'");
        return Optional.empty();
    }

    /** One of the words of an enum, in lower case. */
    <E extends Enum<E>> E word(String key, String text, Class<E> type) {
        List<String> words = new ArrayList<>();
        for (E each : type.getEnumConstants()) {
            String word = each.name().toLowerCase(Locale.ROOT);
            if (word.equals(text.strip().toLowerCase(Locale.ROOT))) {
                return each;
            }
            words.add(word);
        }
        findings.add(
                "security.%s must be one of %s, is '%s'"
                        .formatted(key, String.join(", ", words), text));
        return type.getEnumConstants()[0];
    }

    Set<SubjectName> names(String[] texts) {
        require(
                texts.length <= NAMES_MAX,
                "security.extra_names must have at most %d entries, has %d"
                        .formatted(NAMES_MAX, texts.length));
        Set<SubjectName> names = new LinkedHashSet<>();
        for (String text : texts) {
            SubjectName.parse(text)
                    .ifPresentOrElse(
                            names::add,
                            () ->
                                    findings.add(
                                            "security.extra_names must hold DNS names and literal"
                                                    + " IP addresses, has '"
                                                    + text
                                                    + "'"));
        }
        return names;
    }

    /** What stands in {@code client_names}: scopes by common name. */
    Map<String, Set<Scope>> clientNames(String[] texts) {
        require(
                texts.length <= NAMES_MAX,
                "security.client_names must have at most %d entries, has %d"
                        .formatted(NAMES_MAX, texts.length));
        Map<String, Set<Scope>> scopes = new HashMap<>();
        for (String text : texts) {
            int equals = text.lastIndexOf('=');
            Optional<Scope> scope = Scopes.parse(text.substring(equals + 1).strip());
            if (equals < 1 || scope.isEmpty()) {
                findings.add(
                        "security.client_names must hold NAME=SCOPE with one of %s, has '%s'"
                                .formatted(Scopes.ALL, text));
            } else {
                String name = text.substring(0, equals).strip();
                scopes.computeIfAbsent(name, key -> EnumSet.noneOf(Scope.class)).add(scope.get());
            }
        }
        return scopes;
    }
}
