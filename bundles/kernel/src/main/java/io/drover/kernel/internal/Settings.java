package io.drover.kernel.internal;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The checked form of {@link KernelConfig}. */
record Settings(int socketsMax, Duration parkedMax, Optional<Path> libraryFolder) {

    /**
     * @throws IllegalArgumentException naming every bad key with its rule and value
     */
    static Settings from(KernelConfig config) {
        List<String> findings = new ArrayList<>();
        within(findings, "sockets_max", config.sockets_max(), 1, 1024);
        within(findings, "parked_max_ms", config.parked_max_ms(), 100, 600_000);
        Optional<Path> folder = folder(findings, config.library_folder());
        if (!findings.isEmpty()) {
            throw new IllegalArgumentException("kernel: " + String.join("; ", findings));
        }
        return new Settings(
                config.sockets_max(), Duration.ofMillis(config.parked_max_ms()), folder);
    }

    private static void within(List<String> findings, String key, long value, long min, long max) {
        if (value < min || value > max) {
            findings.add(key + " must be " + min + " to " + max + ", is " + value);
        }
    }

    private static Optional<Path> folder(List<String> findings, String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        try {
            Path folder = Path.of(text);
            if (folder.isAbsolute()) {
                return Optional.of(folder);
            }
        } catch (InvalidPathException e) {
            // Told below, with the same rule.
        }
        findings.add("library_folder must be an absolute path, is " + text);
        return Optional.empty();
    }
}
