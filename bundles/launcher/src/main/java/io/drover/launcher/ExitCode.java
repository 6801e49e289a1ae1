package io.drover.launcher;

/** Exit codes of the process, as in sysexits.h; docs/operations.md lists them for users. */
final class ExitCode {

    static final int OK = 0;

    /** The answer of a verb is "no": unhealthy, not ready. */
    static final int NO = 1;

    /** Wrong words on the command line. */
    static final int USAGE = 2;

    /** Something needed, as a port, the home folder or the running agent, is not available. */
    static final int UNAVAILABLE = 69;

    static final int INTERNAL = 70;

    /** The configuration is wrong. */
    static final int CONFIGURATION = 78;

    private ExitCode() {}
}
