package io.drover.metrics.internal;

import java.util.Collection;
import java.util.concurrent.Callable;

/** One question to one source, which may not come back for long. */
final class SourceCall implements Callable<Collection<Points>> {

    private final Source source;
    private volatile boolean ended;

    SourceCall(Source source) {
        this.source = source;
    }

    @Override
    public Collection<Points> call() {
        try {
            return source.collect();
        } finally {
            ended = true;
        }
    }

    /** Whether the source has come back, with figures or without. */
    boolean ended() {
        return ended;
    }
}
