package io.drover.config.internal;

import io.drover.api.config.Finding;
import io.drover.api.config.Setting;
import io.drover.api.status.Status;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What anybody may see of the configuration; secrets are redacted.
 *
 * @param lastRead when the sources were last read; the start before that
 * @param lastAccepted when they were last found right; null before that
 * @param ignored variables that belong to no section
 */
record View(
        Status status,
        List<Setting> settings,
        List<Finding> findings,
        List<String> files,
        Instant lastRead,
        Instant lastAccepted,
        Set<String> ignored) {

    View {
        settings = List.copyOf(settings);
        findings = List.copyOf(findings);
        files = List.copyOf(files);
        ignored = Set.copyOf(ignored);
    }

    static View first(Instant now) {
        return new View(Status.starting(now), List.of(), List.of(), List.of(), now, null, Set.of());
    }

    View with(Status other) {
        return new View(other, settings, findings, files, lastRead, lastAccepted, ignored);
    }
}
