package io.drover.core.internal.coredump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.drover.core.internal.coredump.Prediction.Outcome;
import io.drover.core.internal.coredump.Situation.Existing;
import io.drover.core.internal.coredump.Situation.Program;
import io.drover.core.internal.coredump.Situation.Target;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Situations as they were recorded, each with what the kernel's rules make of it. */
class PredictionTest {

    private static final long UNLIMITED = Long.MAX_VALUE;
    private static final long NEED = 180L << 20;
    private static final Path CRASH = Path.of("/var/lib/drover/crash");
    private static final Target ROOMY = target(true, true, Existing.NOTHING, 20L << 30);

    static Stream<Arguments> situations() {
        String systemd = "|/usr/lib/systemd/systemd-coredump %P %u %g %s %t %c %h";
        Target missing = target(false, false, Existing.NOTHING, 0);
        return Stream.of(
                arguments("no limit", file("core", UNLIMITED, ROOMY), Outcome.WRITTEN, "180 MiB"),
                arguments(
                        "within the budget",
                        file("core", 512L << 20, ROOMY),
                        Outcome.WRITTEN,
                        "core"),
                arguments("limit 0", file("core", 0, ROOMY), Outcome.NONE, "RLIMIT_CORE is 0 B"),
                arguments("limit below a page", file("core", 4_095, ROOMY), Outcome.NONE, "4096"),
                arguments(
                        "limit of a page",
                        file("core", 4_096, ROOMY),
                        Outcome.CUT,
                        "ends it at 4 KiB"),
                arguments(
                        "hard limit 0",
                        situation(0, 0, 1, "core", Optional.of(ROOMY), Optional.empty()),
                        Outcome.NONE,
                        "hard limit of 0 B"),
                arguments(
                        "not dumpable",
                        situation(
                                UNLIMITED,
                                UNLIMITED,
                                0,
                                "core",
                                Optional.of(ROOMY),
                                Optional.empty()),
                        Outcome.NONE,
                        "PR_SET_DUMPABLE"),
                arguments(
                        "more rights, relative pattern",
                        situation(
                                UNLIMITED,
                                UNLIMITED,
                                2,
                                "core",
                                Optional.of(ROOMY),
                                Optional.empty()),
                        Outcome.NONE,
                        "absolute patterns alone"),
                arguments(
                        "more rights, absolute pattern",
                        situation(
                                UNLIMITED,
                                UNLIMITED,
                                2,
                                "/var/crash/core",
                                Optional.of(ROOMY),
                                Optional.empty()),
                        Outcome.WRITTEN,
                        "core"),
                arguments(
                        "no folder",
                        file("/var/crash/core", UNLIMITED, missing),
                        Outcome.NONE,
                        "there is no folder"),
                arguments(
                        "folder of others",
                        file("core", UNLIMITED, target(true, false, Existing.NOTHING, 1L << 40)),
                        Outcome.NONE,
                        "may make no file"),
                arguments(
                        "a folder in its way",
                        file("core", UNLIMITED, target(true, true, Existing.FOLDER, 1L << 40)),
                        Outcome.NONE,
                        "stands in its way"),
                arguments(
                        "another's file",
                        file("core", UNLIMITED, target(true, true, Existing.OF_ANOTHER, 1L << 40)),
                        Outcome.NONE,
                        "another user's"),
                arguments(
                        "an old core",
                        file("core", UNLIMITED, target(true, true, Existing.REPLACEABLE, 1L << 40)),
                        Outcome.WRITTEN,
                        "core"),
                arguments(
                        "disk nearly full",
                        file("core", UNLIMITED, target(true, true, Existing.NOTHING, 1L << 20)),
                        Outcome.CUT,
                        "only 1 MiB are free"),
                arguments(
                        "disk full",
                        file("core", UNLIMITED, target(true, true, Existing.NOTHING, 0)),
                        Outcome.NONE,
                        "no space left"),
                arguments(
                        "folder known at the crash",
                        situation(
                                UNLIMITED,
                                UNLIMITED,
                                1,
                                "/cores/%e/core",
                                Optional.empty(),
                                Optional.empty()),
                        Outcome.WRITTEN,
                        "only at the crash"),
                arguments(
                        "a program",
                        program(systemd, UNLIMITED, true, true),
                        Outcome.HANDED_OVER,
                        "systemd-coredump"),
                arguments(
                        "a program, limit 0",
                        program(systemd, 0, true, true),
                        Outcome.HANDED_OVER,
                        "does not bind it"),
                arguments(
                        "a program, limit 1",
                        program(systemd, 1, true, true),
                        Outcome.NONE,
                        "RLIMIT_CORE is 1"),
                arguments(
                        "a program that is not there",
                        program("|/usr/share/apport/apport %p", UNLIMITED, false, true),
                        Outcome.NONE,
                        "cannot be run"),
                arguments(
                        "a program of the host, seen from a container",
                        program(systemd, UNLIMITED, false, false),
                        Outcome.HANDED_OVER,
                        "on the host"),
                arguments(
                        "a socket",
                        situation(
                                0,
                                UNLIMITED,
                                1,
                                "@/run/c.sock",
                                Optional.empty(),
                                Optional.empty()),
                        Outcome.HANDED_OVER,
                        "/run/c.sock"),
                arguments(
                        "no pattern",
                        situation(UNLIMITED, UNLIMITED, 1, "", Optional.empty(), Optional.empty()),
                        Outcome.NONE,
                        "is empty"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("situations")
    void saysWhatTheKernelWouldDoAndWhy(
            String name, Situation situation, Outcome outcome, String because) {
        Prediction prediction = Prediction.of(situation);

        assertThat(prediction.outcome()).isEqualTo(outcome);
        assertThat(prediction.reason()).contains(because);
        if (outcome == Outcome.NONE || outcome == Outcome.CUT) {
            assertThat(prediction.remedy()).isNotEmpty();
        }
    }

    @Test
    void namesTheWholePathOfTheFile() {
        assertThat(Prediction.of(file("core.%e.%p", UNLIMITED, ROOMY)).where())
                .isEqualTo("/var/lib/drover/crash/core.*.4711");
    }

    private static Target target(boolean there, boolean writable, Existing existing, long free) {
        return new Target(CRASH, there, writable, existing, free);
    }

    private static Situation file(String pattern, long soft, Target target) {
        return situation(soft, UNLIMITED, 1, pattern, Optional.of(target), Optional.empty());
    }

    private static Situation program(String pattern, long soft, boolean there, boolean here) {
        return situation(
                soft,
                UNLIMITED,
                1,
                pattern,
                Optional.empty(),
                Optional.of(new Program(there, here)));
    }

    private static Situation situation(
            long soft,
            long hard,
            int dumpable,
            String pattern,
            Optional<Target> target,
            Optional<Program> program) {
        return new Situation(
                soft,
                hard,
                dumpable,
                CorePattern.parse(pattern, false),
                CRASH,
                new CorePattern.Crasher(4711, 100, 100, "node-1"),
                target,
                program,
                NEED);
    }
}
