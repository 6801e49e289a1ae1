package io.drover.grpc.internal;

/** The server could not listen. The message is a sentence for people, beginning with the key. */
final class NotListeningException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    NotListeningException(String reason, String remedy, Throwable cause) {
        super(reason, cause);
        this.remedy = remedy;
    }

    /** What a person can do. */
    String remedy() {
        return remedy;
    }
}
