package io.drover.api.security;

import java.util.Optional;

/**
 * Tells who a bearer token belongs to. Any thread; never blocks; takes the same time for each wrong
 * token.
 */
public interface Tokens {

    /**
     * The caller of an {@code Authorization} header's value.
     *
     * @param authorization the whole value, {@code Bearer <token>} (scheme in any case, RFC 9110
     *     11.1); null when absent
     * @return empty when it is absent, malformed or unknown
     */
    Optional<Caller> callerOf(String authorization);
}
