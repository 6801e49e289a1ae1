package io.drover.sandbox.internal;

/** An answer of the API server that is no success. */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;

    Refusal(int code, String reason, String message) {
        super(message, null, false, false);
        this.code = code;
        this.reason = reason;
    }

    static Refusal notFound(String what) {
        return new Refusal(404, "NotFound", what + " not found");
    }

    static Refusal conflict(String what) {
        return new Refusal(
                409,
                "Conflict",
                what
                        + ": the object has been modified; please apply your changes to the latest version");
    }

    static Refusal invalid(String message) {
        return new Refusal(400, "BadRequest", message);
    }

    int code() {
        return code;
    }

    String reason() {
        return reason;
    }
}
