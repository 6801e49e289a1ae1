package io.drover.api.security;

import java.util.Objects;

/**
 * The record of control actions: {@code log/audit.log} in the home, one JSON object a line, kept
 * within a bound. Written by whoever carries an action out: the listeners for every {@link
 * Use#CHANGE} and every method for {@link Audience#ADMIN}, whether admitted or not, and the console
 * for its commands.
 */
public interface Audit {

    /** Takes one line. Any thread, never blocks; what cannot be taken is counted. */
    void write(Action action);

    /**
     * One control action.
     *
     * @param caller {@link Caller#name()}; {@code console} in Karaf's console; empty for nobody
     *     known
     * @param by the door: {@code api}, {@code grpc}, {@code console}, {@code file}
     * @param source the peer's address; empty when there is none
     * @param action method and path, or the command: {@code POST /api/v1/config/reload}; never a
     *     secret
     * @param outcome what became of it: the HTTP status, the gRPC code, {@code done}, {@code
     *     failed}
     */
    record Action(String caller, String by, String source, String action, String outcome) {
        public Action {
            Objects.requireNonNull(caller, "caller");
            Objects.requireNonNull(by, "by");
            Objects.requireNonNull(source, "source");
            Objects.requireNonNull(action, "action");
            Objects.requireNonNull(outcome, "outcome");
        }
    }
}
