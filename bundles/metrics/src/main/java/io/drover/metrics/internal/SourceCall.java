package io.drover.metrics.internal;

import java.util.concurrent.Callable;

/** One question to one source, which may not come back for long. */
final class SourceCall implements Callable<SourceSamples> {

    private final Source source;
    private final SourceSamples into;
    private volatile boolean ended;

    SourceCall(Source source, SourceSamples into) {
        this.source = source;
        this.into = into;
    }

    @Override
    public SourceSamples call() {
        try {
            source.collect(into);
            return into;
        } finally {
            ended = true;
        }
    }

    /** Whether the source has come back, with figures or without. */
    boolean ended() {
        return ended;
    }
}
