package io.drover.api.security;

import java.util.Objects;

/** Why a {@link TokenStore} did not do what was asked; nothing has changed then. */
public final class TokenException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What kind of no it is. */
    public enum Kind {
        /** The request makes no sense: HTTP 400. */
        INVALID,
        /** There is no such token: 404. */
        UNKNOWN,
        /** There is one of that name already, or there are too many: 409. */
        CONFLICT,
        /** The files could not be written: 500. */
        FAILED
    }

    private final Kind kind;

    /**
     * @param sentence names what was given, the rule and the value; never a secret
     */
    public TokenException(Kind kind, String sentence) {
        super(sentence);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    public Kind kind() {
        return kind;
    }
}
