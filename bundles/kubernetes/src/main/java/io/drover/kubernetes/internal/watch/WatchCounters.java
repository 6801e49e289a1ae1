package io.drover.kubernetes.internal.watch;

import java.util.concurrent.atomic.LongAdder;

/** What informers count. Any thread. */
public final class WatchCounters {

    /** Changes that were told. */
    public final LongAdder events = new LongAdder();

    /** Lists and watches that broke off. */
    public final LongAdder failures = new LongAdder();

    /** Lists that were read to their end. */
    public final LongAdder lists = new LongAdder();

    /** Everything read anew because the version was not known any more. */
    public final LongAdder relistsExpired = new LongAdder();

    /** Everything read anew because a watch was silent. */
    public final LongAdder relistsSilent = new LongAdder();

    /** Everything read anew because a watch did not show our own write. */
    public final LongAdder relistsDeaf = new LongAdder();

    /** Changes that were older than what was known. */
    public final LongAdder stale = new LongAdder();
}
