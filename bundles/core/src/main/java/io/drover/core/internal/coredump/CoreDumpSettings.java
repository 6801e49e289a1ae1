package io.drover.core.internal.coredump;

import java.time.Duration;

/**
 * The part of core's configuration that is about crashes.
 *
 * @param enabled whether the agent sets limits at all; else those that it was started with hold
 * @param budget of what a crash may leave
 * @param interval between two looks at the budget
 */
public record CoreDumpSettings(boolean enabled, Budget budget, Duration interval) {}
