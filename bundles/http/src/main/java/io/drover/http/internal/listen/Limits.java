package io.drover.http.internal.listen;

import java.time.Duration;

/**
 * What one listener allows.
 *
 * @param maxConnections open ones at a time
 * @param idleTimeout without a byte, before a connection is closed
 * @param headerTimeout from the opening of a connection, or the first byte of a further request, to
 *     the end of its header; the TLS handshake counts
 * @param maxHeaderBytes request line and headers together
 * @param maxStreams of HTTP/2, open ones on one connection
 * @param maxFramesPerSecond of HTTP/2, those that cost the server more than the client: resets,
 *     settings, pings, priorities, empty and fragmented headers
 */
public record Limits(
        int maxConnections,
        Duration idleTimeout,
        Duration headerTimeout,
        int maxHeaderBytes,
        int maxStreams,
        int maxFramesPerSecond) {}
