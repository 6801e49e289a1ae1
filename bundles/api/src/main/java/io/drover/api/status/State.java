package io.drover.api.status;

/** Where a step of the agent stands. */
public enum State {
    /** Something that it needs is not there; the reason names it. */
    WAITING,
    /** It has what it needs and is at work on its start. */
    STARTING,
    /** It works. */
    ACTIVE,
    /**
     * It works with less than it should, or it failed and is tried again; the reason says which.
     */
    DEGRADED,
    /** It does not work, and nothing will change that without a person. */
    FAILED,
    /** Configuration has switched it off. */
    SKIPPED;

    /** Whether nothing more is to be expected of a start: it works, in part, or never will. */
    public boolean settled() {
        return this != WAITING && this != STARTING;
    }
}
