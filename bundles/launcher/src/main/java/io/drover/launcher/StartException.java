package io.drover.launcher;

/** The start cannot go on; the message is for the person at the terminal. */
final class StartException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    StartException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
