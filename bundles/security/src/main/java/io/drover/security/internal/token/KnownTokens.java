package io.drover.security.internal.token;

import java.util.List;
import java.util.Optional;

/**
 * All tokens that are known now. Digests have one length, each is compared whole, and every one is
 * compared: time tells nothing about a token. Any thread.
 */
public final class KnownTokens {

    private volatile List<Known> known = List.of();

    /** From now on these are known and no others. */
    public void replace(List<Known> next) {
        known = List.copyOf(next);
    }

    public List<Known> all() {
        return known;
    }

    /** Whose token this is, be its time over or not. */
    public Optional<Known> find(TokenDigest shown) {
        Known match = null;
        for (Known one : known) {
            match = one.digest().matches(shown) ? one : match;
        }
        return Optional.ofNullable(match);
    }

    /** Names and fingerprints. */
    @Override
    public String toString() {
        return "KnownTokens" + known;
    }
}
