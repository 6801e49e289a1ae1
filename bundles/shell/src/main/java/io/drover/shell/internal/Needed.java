package io.drover.shell.internal;

/**
 * Services that a command needs. Their references are optional ones: Karaf takes all the commands
 * of a bundle away together when one that is not is missing, and with them those that would tell
 * why.
 */
final class Needed {

    private Needed() {}

    /** Throws a sentence that names the subsystem which would bring the service. */
    static void from(String subsystem, Object service) {
        if (service == null) {
            throw new IllegalStateException(
                    "the subsystem "
                            + subsystem
                            + " is not there now; drover:status lists those that are");
        }
    }
}
