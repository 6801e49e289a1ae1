package io.drover.core.internal.flare;

import java.time.Duration;

/**
 * What one support bundle may take.
 *
 * @param totalBytes of all contents before they are packed
 * @param fileBytes of one file; of a longer one the end is kept
 * @param deadline for all sources together
 * @param sourceDeadline for one
 */
public record Bounds(long totalBytes, int fileBytes, Duration deadline, Duration sourceDeadline) {}
