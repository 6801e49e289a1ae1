package io.drover.security.internal.token;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How tokens are kept.
 *
 * @param clusterFile where the cluster's token is, and must be; empty for the folder of secrets,
 *     where it may be
 * @param overlap how long a token holds after another one was found in its file
 * @param madeMax how many tokens with scopes there may be
 */
public record TokenRules(Optional<Path> clusterFile, Duration overlap, int madeMax) {}
