package io.drover.api.kernel;

/**
 * What the kernel lets this process leave behind when it crashes. Given by the bundle {@code
 * kernel} as soon as native calls are possible; any thread; a call takes microseconds.
 *
 * <p>Each method throws an {@link IllegalStateException} once {@code kernel} has stopped.
 */
public interface ProcessLimits {

    /** A limit that limits nothing (RLIM_INFINITY). */
    long UNLIMITED = Long.MAX_VALUE;

    /**
     * A resource limit (man 2 getrlimit), in bytes; {@link #UNLIMITED} for none.
     *
     * @param soft what holds
     * @param hard how far the process itself may raise {@code soft}
     */
    record Limit(long soft, long hard) {}

    /** The limit of core files (RLIMIT_CORE). */
    Limit coreSize() throws KernelException;

    /**
     * Sets what holds for core files; the hard limit stays.
     *
     * @param soft at most the hard limit
     */
    void setCoreSize(long soft) throws KernelException;

    /**
     * Whether the kernel may dump this process's memory and lets others of the same user look into
     * it (PR_GET_DUMPABLE): 0 no, 1 yes, 2 into files that only root reads.
     */
    int dumpable() throws KernelException;

    /** Allows or forbids it (PR_SET_DUMPABLE). */
    void setDumpable(boolean allowed) throws KernelException;
}
