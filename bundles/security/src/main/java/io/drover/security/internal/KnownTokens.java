package io.drover.security.internal;

import io.drover.api.security.Caller;
import io.drover.api.security.Tokens;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Compares what is shown with the digests of all known tokens. Digests have one length, each is
 * compared whole, and every one is compared: time tells nothing about a token.
 */
final class KnownTokens implements Tokens {

    /** Longer than any token of ours, and short enough to be hashed for anybody. */
    private static final int HEADER_LENGTH_MAX = 512;

    private static final String SCHEME = "bearer ";

    private final LongAdder absent = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final Map<String, LongAdder> admitted = new ConcurrentHashMap<>();
    private volatile List<Known> known;

    KnownTokens(List<Known> known) {
        replace(known);
    }

    /** One token, of which only the digest is kept. */
    static final class Known {
        private final Caller caller;
        private final byte[] digest;

        Known(String token, Caller caller) {
            this.caller = caller;
            this.digest = digest(token);
        }
    }

    /** From now on these are known and no others. */
    void replace(List<Known> next) {
        next.forEach(one -> admitted.putIfAbsent(one.caller.name(), new LongAdder()));
        known = List.copyOf(next);
    }

    @Override
    public Optional<Caller> callerOf(String authorization) {
        if (authorization == null || authorization.isEmpty()) {
            absent.increment();
            return Optional.empty();
        }
        String token = tokenOf(authorization);
        if (token == null) {
            malformed.increment();
            return Optional.empty();
        }
        Known match = match(digest(token));
        if (match == null) {
            unknown.increment();
            return Optional.empty();
        }
        admitted.get(match.caller.name()).increment();
        return Optional.of(match.caller);
    }

    /** How often each caller was let in, by name. */
    Map<String, LongAdder> admitted() {
        return Collections.unmodifiableMap(admitted);
    }

    long absent() {
        return absent.sum();
    }

    long malformed() {
        return malformed.sum();
    }

    long unknown() {
        return unknown.sum();
    }

    /** Names the callers, never a token or a digest. */
    @Override
    public String toString() {
        return "KnownTokens" + known.stream().map(one -> one.caller.name()).toList();
    }

    private Known match(byte[] shown) {
        Known match = null;
        for (Known one : known) {
            match = MessageDigest.isEqual(one.digest, shown) ? one : match;
        }
        return match;
    }

    /** What follows the scheme, null if it is no token (RFC 6750 2.1: b64token). */
    private static String tokenOf(String authorization) {
        if (authorization.length() > HEADER_LENGTH_MAX
                || authorization.length() <= SCHEME.length()
                || !authorization
                        .substring(0, SCHEME.length())
                        .toLowerCase(Locale.ROOT)
                        .equals(SCHEME)) {
            return null;
        }
        String token = authorization.substring(SCHEME.length()).strip();
        return !token.isEmpty() && token.chars().allMatch(KnownTokens::inToken) ? token : null;
    }

    private static boolean inToken(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "-._~+/=".indexOf(c) >= 0;
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
