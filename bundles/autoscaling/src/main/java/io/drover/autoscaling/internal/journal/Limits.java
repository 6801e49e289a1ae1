package io.drover.autoscaling.internal.journal;

import java.time.Duration;

/**
 * How large the journal gets.
 *
 * @param bytes of all files together; the oldest file goes when there are more
 * @param fileBytes of one file, after which the next begins
 * @param queue entries that may wait for the disk; further ones are dropped and counted
 * @param sync the longest time that an entry may be in the operating system's memory alone; zero
 *     for none: each batch is on the disk before the next one is begun
 */
public record Limits(long bytes, long fileBytes, int queue, Duration sync) {}
