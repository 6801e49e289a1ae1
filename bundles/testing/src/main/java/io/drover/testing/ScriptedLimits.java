package io.drover.testing;

import io.drover.api.kernel.KernelException;
import io.drover.api.kernel.ProcessLimits;

/** Limits that only remember; the process of the test keeps its own. Safe for many threads. */
public final class ScriptedLimits implements ProcessLimits {

    private Limit limit;
    private int dumpable = 1;

    public ScriptedLimits(long soft, long hard) {
        this.limit = new Limit(soft, hard);
    }

    @Override
    public synchronized Limit coreSize() {
        return limit;
    }

    @Override
    public synchronized void setCoreSize(long soft) throws KernelException {
        if (soft > limit.hard()) {
            throw new KernelException("set RLIMIT_CORE to " + soft, 22);
        }
        limit = new Limit(soft, limit.hard());
    }

    @Override
    public synchronized int dumpable() {
        return dumpable;
    }

    @Override
    public synchronized void setDumpable(boolean allowed) {
        dumpable = allowed ? 1 : 0;
    }

    /** What {@link #dumpable} says. */
    public synchronized void dumpableIs(int value) {
        dumpable = value;
    }
}
