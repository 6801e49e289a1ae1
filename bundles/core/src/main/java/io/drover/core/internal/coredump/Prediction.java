package io.drover.core.internal.coredump;

import java.nio.file.Path;

/**
 * What a crash of this process would leave, by the rules of man 5 core and the kernel's
 * fs/coredump.c (6.18). A pure function.
 *
 * @param outcome what would be left
 * @param where the file or the program; empty when there is none
 * @param reason one sentence: for a core that is written what limits it, else what prevents it
 * @param remedy what a person can do; empty when nothing is to be done
 * @param command the exact command for it; empty where there is none
 */
record Prediction(Outcome outcome, String where, String reason, String remedy, String command) {

    /** What would be left. */
    enum Outcome {
        /** A whole core, in a file. */
        WRITTEN,
        /** A file that ends at a limit: a debugger sees a part of it. */
        CUT,
        /** The kernel gives it to a program or socket, which decides. */
        HANDED_OVER,
        /** Nothing. */
        NONE
    }

    /** ELF_EXEC_PAGESIZE: no core is begun under a limit below it. */
    static final long LEAST_BYTES = 4_096;

    /** A limit by which the kernel knows its own core handlers: it gives them no core. */
    static final long NO_PROGRAM = 1;

    static Prediction of(Situation now) {
        if (now.dumpable() == 0) {
            return none(
                    "the process is marked as not to be dumped (PR_SET_DUMPABLE is 0)",
                    "set core.core_dump_enabled: the agent then allows it",
                    "");
        }
        return switch (now.pattern().kind()) {
            case PROGRAM -> program(now);
            case SOCKET ->
                    now.softLimit() == NO_PROGRAM
                            ? forbidden()
                            : new Prediction(
                                    Outcome.HANDED_OVER,
                                    now.pattern().text(),
                                    "the kernel gives it to the server of the socket "
                                            + now.pattern().text()
                                            + ", which decides what it keeps",
                                    "",
                                    "");
            case NONE ->
                    none(
                            "kernel.core_pattern is empty",
                            "give a pattern, on the host",
                            "sysctl -w kernel.core_pattern=core");
            case FILE -> file(now);
        };
    }

    private static Prediction program(Situation now) {
        String name = now.pattern().program().toString();
        if (now.softLimit() == NO_PROGRAM) {
            return forbidden();
        }
        boolean absent = now.program().map(p -> p.here() && !p.executable()).orElse(false);
        if (absent) {
            return none(
                    "kernel.core_pattern gives cores to " + name + ", which cannot be run",
                    "install that program, or give another pattern",
                    "sysctl -w kernel.core_pattern=core");
        }
        boolean host = now.program().map(p -> !p.here()).orElse(false);
        return new Prediction(
                Outcome.HANDED_OVER,
                name,
                "the kernel gives it to the program "
                        + name
                        + (host ? " on the host" : "")
                        + ", which decides what it keeps; RLIMIT_CORE does not bind it",
                "look for cores where that program keeps them",
                name.endsWith("systemd-coredump") ? "coredumpctl list java" : "");
    }

    private static Prediction forbidden() {
        return none(
                "RLIMIT_CORE is 1, by which the kernel gives no core to programs and sockets",
                "give a budget: core.core_dump_enabled and core.core_dump_max_bytes",
                "");
    }

    private static Prediction file(Situation now) {
        if (now.softLimit() < LEAST_BYTES) {
            return limited(now);
        }
        String pattern = now.pattern().text();
        if (now.dumpable() == 2 && !pattern.startsWith("/")) {
            return none(
                    "the process has more rights than its user (PR_GET_DUMPABLE is 2), and such a"
                            + " core goes to absolute patterns alone, not to "
                            + pattern,
                    "set core.core_dump_enabled: the agent then marks itself as any other process",
                    "");
        }
        if (now.target().isEmpty()) {
            return new Prediction(
                    Outcome.WRITTEN, pattern, "its folder is known only at the crash", "", "");
        }
        return into(now, now.target().get());
    }

    private static Prediction limited(Situation now) {
        String limit = "RLIMIT_CORE is " + Sizes.of(now.softLimit());
        return now.hardLimit() < LEAST_BYTES
                ? none(
                        limit + ", and its hard limit of " + Sizes.of(now.hardLimit()) + " too low",
                        "raise the hard limit of the process, under systemd with"
                                + " LimitCORE=0:infinity",
                        "prlimit --core=unlimited:unlimited --pid " + now.crasher().pid())
                : none(
                        limit + ", and no core is begun below 4096 bytes",
                        "give a budget: core.core_dump_enabled and core.core_dump_max_bytes",
                        "");
    }

    private static Prediction into(Situation now, Situation.Target target) {
        Path file = target.folder().resolve(now.pattern().shownName(now.crasher()));
        if (!target.isFolder()) {
            return none(
                    "there is no folder " + target.folder() + " for it",
                    "make that folder, writable for the agent",
                    "mkdir -p " + target.folder());
        }
        if (!target.writable()) {
            return none(
                    "the agent may make no file in " + target.folder(),
                    "make it writable for the agent's user, or give another kernel.core_pattern",
                    "ls -ld " + target.folder());
        }
        if (target.existing() == Situation.Existing.FOLDER) {
            return none(
                    file + " is a folder and stands in its way",
                    "move that folder away",
                    "mv " + file + " " + file + ".away");
        }
        if (target.existing() == Situation.Existing.OF_ANOTHER) {
            return none(
                    file + " is another user's and cannot be replaced",
                    "have its owner remove it",
                    "ls -l " + file);
        }
        long room = Math.min(now.softLimit(), target.freeBytes());
        if (room < LEAST_BYTES) {
            return none(
                    "there is no space left in " + target.folder(),
                    "free some",
                    "df -h " + target.folder());
        }
        return room < now.needBytes()
                ? cut(now, target, file)
                : new Prediction(
                        Outcome.WRITTEN,
                        file.toString(),
                        "about " + Sizes.of(now.needBytes()) + " in " + file,
                        "",
                        "");
    }

    private static Prediction cut(Situation now, Situation.Target target, Path file) {
        boolean byLimit = now.softLimit() <= target.freeBytes();
        return new Prediction(
                Outcome.CUT,
                file.toString(),
                "about "
                        + Sizes.of(now.needBytes())
                        + " are needed, but "
                        + (byLimit
                                ? "RLIMIT_CORE ends it at " + Sizes.of(now.softLimit())
                                : "only " + Sizes.of(target.freeBytes()) + " are free"),
                byLimit ? "raise core.core_dump_max_bytes" : "free some space",
                byLimit ? "" : "df -h " + target.folder());
    }

    private static Prediction none(String reason, String remedy, String command) {
        return new Prediction(Outcome.NONE, "", reason, remedy, command);
    }
}
