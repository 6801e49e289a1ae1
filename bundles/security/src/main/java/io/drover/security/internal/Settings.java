package io.drover.security.internal;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The checked form of {@link SecurityConfig}.
 *
 * @param leafLifetime from the issue of a leaf to its end
 * @param extraNames what its certificate is valid for beside the host itself
 * @param clusterTokenFile absolute; empty for the one in the home
 */
record Settings(
        Duration leafLifetime, Set<SubjectName> extraNames, Optional<Path> clusterTokenFile) {

    private static final int NAMES_MAX = 64;

    /**
     * Checks every key.
     *
     * @throws IllegalArgumentException naming each bad key, its rule and its value
     */
    static Settings from(SecurityConfig config) {
        List<String> findings = new ArrayList<>();
        int days = config.leaf_lifetime_days();
        if (days < 1 || days > 397) {
            findings.add("security.leaf_lifetime_days must be from 1 to 397, is " + days);
        }
        Set<SubjectName> names = names(config.extra_names(), findings);
        Optional<Path> file = absolute(config.cluster_token_file(), findings);
        if (!findings.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", findings));
        }
        return new Settings(Duration.ofDays(days), names, file);
    }

    private static Set<SubjectName> names(String[] texts, List<String> findings) {
        if (texts.length > NAMES_MAX) {
            findings.add(
                    "security.extra_names must have at most %d entries, has %d"
                            .formatted(NAMES_MAX, texts.length));
        }
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

    private static Optional<Path> absolute(String text, List<String> findings) {
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
        findings.add("security.cluster_token_file must be an absolute path, is '" + text + "'");
        return Optional.empty();
    }
}
