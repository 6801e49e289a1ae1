package io.drover.security.internal.guard;

import java.time.Duration;

/**
 * By what the {@link Gatekeeper} judges, beside the tokens.
 *
 * @param wrongTokensFree wrong tokens from one source before it has to wait
 * @param backOffMax the longest that it has to
 * @param sourcesMax how many sources are remembered
 * @param reviews about tokens of Kubernetes
 * @param clients who may come with a certificate alone
 */
public record GuardRules(
        int wrongTokensFree,
        Duration backOffMax,
        int sourcesMax,
        ReviewRules reviews,
        ClientNames clients) {}
