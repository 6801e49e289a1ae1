package io.drover.kubernetes.internal.metadata;

import io.drover.api.metadata.Change;
import io.drover.api.metadata.Entry;
import io.drover.api.metadata.Kind;
import io.drover.api.metadata.MetadataStream;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One reader's place in a {@link Store}. The snapshot is read from the living store: what changes
 * meanwhile comes once more after it, from the journal. It is begun at once and read when the store
 * is whole: what is not read yet would look as if it were not there.
 */
final class StoreStream implements MetadataStream {

    private final Store store;
    private final Iterable<Kind> kinds;
    private final Set<Kind> wanted;
    private final Predicate<Set<Kind>> whole;
    private final Consumer<StoreStream> onClose;
    private Iterator<Kind> restOfKinds;
    private Iterator<Entry> restOfEntries;
    private boolean begun;
    private boolean awaitsTheWhole;
    private long seen;
    private volatile boolean idle;
    private volatile boolean ended;
    private volatile Runnable ready = () -> {};

    /**
     * @param whole whether all objects of these kinds are in the store; {@link #wake} is to be
     *     called when that changes
     */
    StoreStream(
            Store store,
            Set<Kind> wanted,
            Predicate<Set<Kind>> whole,
            Consumer<StoreStream> onClose) {
        this.store = store;
        this.wanted = wanted;
        this.whole = whole;
        this.kinds = wanted;
        this.onClose = onClose;
    }

    @Override
    public Change poll() {
        if (ended) {
            return null;
        }
        idle = false;
        if (awaitsTheWhole) {
            return isWhole() ? snapshot() : null;
        }
        if (!begun || (restOfKinds == null && !store.keepsAfter(seen))) {
            begun = true;
            awaitsTheWhole = true;
            return new Change.Begin();
        }
        return restOfKinds != null ? snapshot() : delta();
    }

    @Override
    public void onReady(Runnable then) {
        ready = then;
        then.run();
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public void close() {
        onClose.accept(this);
    }

    /** Something has changed. */
    void wake() {
        if (idle) {
            idle = false;
            ready.run();
        }
    }

    /** The store goes away. */
    void end() {
        ended = true;
        ready.run();
    }

    private boolean isWhole() {
        if (!whole.test(wanted)) {
            idle = true;
            if (!whole.test(wanted)) {
                return false;
            }
            idle = false; // it became so between the two looks
        }
        awaitsTheWhole = false;
        seen = store.revision();
        restOfKinds = kinds.iterator();
        return true;
    }

    private Change snapshot() {
        while (restOfEntries == null || !restOfEntries.hasNext()) {
            if (!restOfKinds.hasNext()) {
                restOfKinds = null;
                restOfEntries = null;
                return new Change.Complete(seen);
            }
            restOfEntries = store.all(restOfKinds.next()).iterator();
        }
        return new Change.Put(restOfEntries.next());
    }

    private Change delta() {
        while (true) {
            Optional<Change> next = store.after(seen);
            if (next.isEmpty()) {
                if (!store.keepsAfter(seen)) {
                    return poll();
                }
                idle = true;
                if (seen == store.revision()) {
                    return null;
                }
                idle = false; // it came between the two looks
                continue;
            }
            seen++;
            if (wanted.contains(kind(next.get()))) {
                return next.get();
            }
        }
    }

    private static Kind kind(Change change) {
        return change instanceof Change.Put put
                ? put.entry().kind()
                : ((Change.Removed) change).ref().kind();
    }
}
