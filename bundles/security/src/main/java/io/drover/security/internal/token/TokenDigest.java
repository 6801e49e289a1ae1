package io.drover.security.internal.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** The SHA-256 of a token, which is all that is kept of most. Immutable. */
public final class TokenDigest {

    private static final int HEX_DIGITS = 64;
    private static final int FINGERPRINT_DIGITS = 12;

    private final byte[] bytes;

    private TokenDigest(byte[] bytes) {
        this.bytes = bytes;
    }

    public static TokenDigest of(String token) {
        try {
            return new TokenDigest(
                    MessageDigest.getInstance("SHA-256")
                            .digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Empty unless it is 64 hex digits in lower case. */
    public static Optional<TokenDigest> parse(String hex) {
        boolean sound = hex.length() == HEX_DIGITS && hex.chars().allMatch(TokenDigest::isDigit);
        return sound
                ? Optional.of(new TokenDigest(HexFormat.of().parseHex(hex)))
                : Optional.empty();
    }

    /** In the same time whether they differ in the first byte or the last. */
    public boolean matches(TokenDigest other) {
        return MessageDigest.isEqual(bytes, other.bytes);
    }

    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    /** Enough to tell tokens apart, too little to find one. */
    public String fingerprint() {
        return hex().substring(0, FINGERPRINT_DIGITS);
    }

    @Override
    public String toString() {
        return fingerprint();
    }

    private static boolean isDigit(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
}
