package io.drover.kubernetes.internal.election;

import java.time.Duration;

/**
 * The times of an election; the rules between them are those of {@code Settings}.
 *
 * @param lease how long others wait for a sign of life of the leader
 * @param renewDeadline how long after the begin of its last successful renewal the leader leads
 * @param retry from one attempt to the next
 */
public record Timing(Duration lease, Duration renewDeadline, Duration retry) {}
