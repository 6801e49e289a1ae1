package io.drover.api.secret;

/**
 * A secret that is configured and was never resolved. The message names key and source, no value.
 */
public final class UnresolvedSecretException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnresolvedSecretException(String message) {
        super(message);
    }
}
