package io.drover.grpc.internal;

/** A request's field cannot be used. */
final class InvalidFieldException extends Exception {

    private final transient Verdict verdict;

    /**
     * @param field as in the proto file
     * @param rule what must hold, and what is there instead
     */
    InvalidFieldException(String field, String rule) {
        super(field + " " + rule);
        verdict = Verdict.invalid(field, rule);
    }

    Verdict verdict() {
        return verdict;
    }
}
