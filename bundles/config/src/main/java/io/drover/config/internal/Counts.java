package io.drover.config.internal;

import io.drover.api.config.Reload;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** What happened so far. Safe for many threads. */
final class Counts {

    private final Map<Reload.Outcome, LongAdder> reloads =
            Arrays.stream(Reload.Outcome.values())
                    .collect(Collectors.toUnmodifiableMap(o -> o, o -> new LongAdder()));
    private final LongAdder published = new LongAdder();

    void count(Reload.Outcome outcome) {
        reloads.get(outcome).increment();
    }

    void published() {
        published.increment();
    }

    long reloads(Reload.Outcome outcome) {
        return reloads.get(outcome).sum();
    }

    long publishedTotal() {
        return published.sum();
    }
}
