package io.drover.http.internal.listen;

import java.time.Duration;

/**
 * What one listener allows.
 *
 * @param maxConnections open ones at a time
 * @param idleTimeout without a byte, before a connection is closed
 * @param maxHeaderBytes request line and headers together
 */
public record Limits(int maxConnections, Duration idleTimeout, int maxHeaderBytes) {}
