package io.drover.security.internal;

/** Something about the secrets is not as it must be, and only a person can decide about it. */
final class UnsafeException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    /**
     * @param reason one sentence with the file and the rule; never a secret
     * @param remedy what a person can do
     */
    UnsafeException(String reason, String remedy) {
        super(reason);
        this.remedy = remedy;
    }

    UnsafeException(String reason, String remedy, Throwable cause) {
        super(reason, cause);
        this.remedy = remedy;
    }

    String remedy() {
        return remedy;
    }
}
