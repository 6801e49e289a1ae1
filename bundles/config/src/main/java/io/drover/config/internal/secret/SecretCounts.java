package io.drover.config.internal.secret;

import java.util.concurrent.atomic.LongAdder;

/** What happened with secrets so far. Safe for many threads. */
public final class SecretCounts {

    final LongAdder changed = new LongAdder();
    final LongAdder unchanged = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder refused = new LongAdder();

    /** Questions that gave a new value. */
    public long changed() {
        return changed.sum();
    }

    /** Questions that gave the value that held already. */
    public long unchanged() {
        return unchanged.sum();
    }

    /** Questions without a value. */
    public long failed() {
        return failed.sum();
    }

    /** Refusals of the value that held. */
    public long refused() {
        return refused.sum();
    }
}
