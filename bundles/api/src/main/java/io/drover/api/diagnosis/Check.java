package io.drover.api.diagnosis;

import java.util.Objects;

/**
 * What one self-check found.
 *
 * @param name what was looked at: {@code core limit}
 * @param verdict how it is
 * @param finding one sentence with the figures; never a secret
 * @param remedy what a person can do; empty when nothing is to be done
 * @param command the exact command that does it; empty where there is none
 */
public record Check(String name, Verdict verdict, String finding, String remedy, String command) {

    /** How it is. */
    public enum Verdict {
        PASS,
        /** It works, but not as well as it could, or not for long. */
        WARN,
        FAIL,
        /** Could not be looked at here, or is switched off; the finding says why. */
        SKIPPED
    }

    public Check {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(finding, "finding");
        Objects.requireNonNull(remedy, "remedy");
        Objects.requireNonNull(command, "command");
    }

    /** All is well with it. */
    public static Check pass(String name, String finding) {
        return new Check(name, Verdict.PASS, finding, "", "");
    }

    /** It was not looked at. */
    public static Check skipped(String name, String why) {
        return new Check(name, Verdict.SKIPPED, why, "", "");
    }

    /** It could be better. */
    public static Check warn(String name, String finding, String remedy, String command) {
        return new Check(name, Verdict.WARN, finding, remedy, command);
    }

    /** It is broken. */
    public static Check fail(String name, String finding, String remedy, String command) {
        return new Check(name, Verdict.FAIL, finding, remedy, command);
    }
}
