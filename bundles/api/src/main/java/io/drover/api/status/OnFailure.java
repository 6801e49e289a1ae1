package io.drover.api.status;

/** What the failure of a step means for the process. Exit codes as in sysexits.h. */
public enum OnFailure {
    /** The agent goes on; health says what is missing. */
    CONTINUE(0),
    /** The agent ends: something it needs, as a port, is not available (EX_UNAVAILABLE). */
    EXIT_UNAVAILABLE(69),
    /** The agent ends: it cannot be made safe (EX_SOFTWARE). */
    EXIT_INTERNAL(70),
    /** The agent ends: the configuration is wrong (EX_CONFIG). */
    EXIT_CONFIGURATION(78);

    private final int exitCode;

    OnFailure(int exitCode) {
        this.exitCode = exitCode;
    }

    /** The exit code of the process, 0 when it goes on. */
    public int exitCode() {
        return exitCode;
    }
}
