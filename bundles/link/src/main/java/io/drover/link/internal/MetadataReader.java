package io.drover.link.internal;

import io.drover.api.metadata.Change;
import io.drover.api.metadata.Entry;
import io.drover.api.metadata.Kind;
import io.drover.api.metadata.MetadataStream;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A reader's place in what is known: a snapshot that it is in the middle of, or a number. */
final class MetadataReader implements MetadataStream {

    private static final Logger log = LoggerFactory.getLogger(MetadataReader.class);

    private final LinkedMetadata source;
    private final Set<Kind> kinds;

    /** Whether it has found nothing since it was called last. */
    private final AtomicBoolean waiting = new AtomicBoolean(true);

    private volatile Runnable ready = () -> {};
    private volatile boolean ended;

    private Iterator<Entry> snapshot = Collections.emptyIterator();
    private boolean inSnapshot;
    private long seen = -1;

    MetadataReader(LinkedMetadata source, Set<Kind> kinds) {
        this.source = source;
        this.kinds = Set.copyOf(kinds);
    }

    @Override
    public Change poll() {
        Change next = next();
        if (next == null) {
            waiting.set(true);
            // What came between the look and the flag is not called for.
            next = next();
            if (next != null) {
                waiting.set(false);
            }
        }
        return next;
    }

    private Change next() {
        if (inSnapshot) {
            if (snapshot.hasNext()) {
                return new Change.Put(snapshot.next());
            }
            inSnapshot = false;
            return new Change.Complete(seen);
        }
        if (!source.known()) {
            return null;
        }
        while (seen >= 0 && seen < source.revision()) {
            Optional<Change> change = source.change(seen + 1);
            if (change.isEmpty()) {
                return beginning();
            }
            seen++;
            if (kinds.contains(kind(change.get()))) {
                return change.get();
            }
        }
        return seen < 0 ? beginning() : null;
    }

    /** The number is read first: what comes after it is told again, which changes nothing. */
    private Change beginning() {
        seen = source.revision();
        snapshot = source.all(kinds).iterator();
        inSnapshot = true;
        return new Change.Begin();
    }

    private static Kind kind(Change change) {
        return change instanceof Change.Put put
                ? put.entry().kind()
                : ((Change.Removed) change).ref().kind();
    }

    /** There may be something; on the thread of the link. */
    void call() {
        if (!waiting.compareAndSet(true, false)) {
            return;
        }
        try {
            ready.run();
        } catch (RuntimeException e) {
            // The reader's code.
            log.warn("a reader of the metadata failed, its stream is closed", e);
            close();
        }
    }

    void end() {
        ended = true;
        call();
    }

    @Override
    public void onReady(Runnable callback) {
        ready = callback;
        call();
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public void close() {
        ended = true;
        source.left(this);
    }
}
