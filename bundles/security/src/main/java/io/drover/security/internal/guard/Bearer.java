package io.drover.security.internal.guard;

import java.util.Optional;

/** The value of an {@code Authorization} header with a bearer token (RFC 6750 2.1). */
final class Bearer {

    /**
     * Longer than any token of ours or of Kubernetes, and short enough to be hashed for anybody.
     */
    static final int LENGTH_MAX = 4096;

    private static final String SCHEME = "bearer ";

    private Bearer() {}

    /** What follows the scheme; empty if it is no token (b64token of RFC 6750). */
    static Optional<String> token(String header) {
        if (header.length() > LENGTH_MAX || !hasScheme(header)) {
            return Optional.empty();
        }
        int begin = SCHEME.length();
        int end = header.length();
        while (begin < end && header.charAt(begin) == ' ') {
            begin++;
        }
        while (end > begin && header.charAt(end - 1) == ' ') {
            end--;
        }
        for (int i = begin; i < end; i++) {
            if (!inToken(header.charAt(i))) {
                return Optional.empty();
            }
        }
        return begin == end ? Optional.empty() : Optional.of(header.substring(begin, end));
    }

    /**
     * Whether it has the form of a JSON web token (RFC 7519 3): three parts of base64url, none
     * empty. Those of Kubernetes have; nothing else is worth a question to the API server.
     */
    static boolean isJwt(String token) {
        int dots = 0;
        int part = 0;
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            if (c == '.') {
                if (part == 0) {
                    return false;
                }
                dots++;
                part = 0;
            } else if (isAlphanumeric(c) || c == '-' || c == '_') {
                part++;
            } else {
                return false;
            }
        }
        return dots == 2 && part > 0;
    }

    /** By hand: what the JDK folds into an ASCII letter is not one. */
    private static boolean hasScheme(String header) {
        if (header.length() < SCHEME.length()) {
            return false;
        }
        for (int i = 0; i < SCHEME.length(); i++) {
            char c = header.charAt(i);
            char lower = c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
            if (lower != SCHEME.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean inToken(char c) {
        return isAlphanumeric(c) || "-._~+/=".indexOf(c) >= 0;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
