package io.drover.core.internal.coredump;

import java.nio.file.Path;
import java.util.Optional;

/**
 * All that decides whether a crash of this process leaves a core, as it is now. Immutable; recorded
 * ones are what {@link Prediction} is tested with.
 *
 * @param softLimit RLIMIT_CORE in bytes, {@link Long#MAX_VALUE} for none
 * @param hardLimit how far the process may raise it
 * @param dumpable PR_GET_DUMPABLE: 0 no, 1 yes, 2 only where root alone can read it
 * @param pattern where the kernel takes a core
 * @param workingDirectory of the process
 * @param crasher what is known of the process
 * @param target what is at the place where a file would be made; empty when the kernel makes none
 *     or the place is known only at the crash
 * @param program what is at the path of the program that is given the core; empty for other
 *     patterns
 * @param needBytes about what a core would take now: the process's own memory, and the mapped files
 *     that it wants to have in it
 */
record Situation(
        long softLimit,
        long hardLimit,
        int dumpable,
        CorePattern pattern,
        Path workingDirectory,
        CorePattern.Crasher crasher,
        Optional<Target> target,
        Optional<Program> program,
        long needBytes) {

    /**
     * The place where a file would be made.
     *
     * @param folder of the file
     * @param isFolder whether there is a folder of that name
     * @param writable whether this process may make files in it
     * @param existing what has the file's name already
     * @param freeBytes on its file system, for this user
     */
    record Target(
            Path folder, boolean isFolder, boolean writable, Existing existing, long freeBytes) {}

    /** What has the name of the file already. */
    enum Existing {
        NOTHING,
        /** The kernel takes it away first, a symbolic link too. */
        REPLACEABLE,
        /** It can be taken away by nobody but its owner (a sticky folder), and stays. */
        OF_ANOTHER,
        FOLDER
    }

    /**
     * The program that is given the core.
     *
     * @param executable whether it is there and may be run
     * @param here whether the kernel looks for it in this process's own file system: for a
     *     container it does not, it runs the program on the host
     */
    record Program(boolean executable, boolean here) {}
}
