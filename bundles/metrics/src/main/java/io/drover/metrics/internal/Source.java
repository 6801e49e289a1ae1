package io.drover.metrics.internal;

import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One source and how it behaves. Any thread. */
final class Source {

    private static final Logger LOG = LoggerFactory.getLogger(Source.class);

    private final String name;
    private final MetricSource figures;
    private final Ledger ledger;
    private volatile Map<Family, Definition> definitions;
    private volatile SourceCall late;
    private volatile String failure = "";
    private volatile String overflowing = "";
    private volatile double seconds;

    Source(String name, MetricSource figures, Ledger ledger) {
        this.name = name;
        this.figures = figures;
        this.ledger = ledger;
    }

    String name() {
        return name;
    }

    Ledger ledger() {
        return ledger;
    }

    boolean is(MetricSource other) {
        return figures == other;
    }

    /** Why it gave nothing when it was asked last; empty when it did. */
    String failure() {
        return failure;
    }

    /** How long it took when it last gave something. */
    double seconds() {
        return seconds;
    }

    /** Whether an earlier call was given up and has not come back yet. */
    boolean busy() {
        SourceCall call = late;
        return call != null && !call.ended();
    }

    /** Asks for its figures; throws what the source throws. */
    void collect(SourceSamples into) {
        into.define(definitions());
        figures.collect(into);
    }

    /** Which of its families has more series than are allowed; empty when none has. */
    String overflowing() {
        return overflowing;
    }

    void overflowing(String family) {
        if (!family.isEmpty() && !family.equals(overflowing)) {
            LOG.warn("too many series, summed up in one: source={} family={}", name, family);
        }
        overflowing = family;
    }

    /** All families that it has declared and that are sound; asks the source the first time. */
    Collection<Definition> declared() {
        return definitions().values();
    }

    void succeeded(double took) {
        seconds = took;
        if (!failure.isEmpty()) {
            LOG.info("source gives its figures again: source={}", name);
            failure = "";
        }
    }

    void failed(String reason, Throwable cause) {
        ledger.fail();
        if (!failure.equals(reason)) {
            LOG.warn("source left out: source={} reason={}", name, reason, cause);
            failure = reason;
        }
    }

    void givenUp(SourceCall call) {
        late = call;
    }

    /** Asked for once, at the first scrape: a source may be slow in this too. */
    private Map<Family, Definition> definitions() {
        Map<Family, Definition> known = definitions;
        if (known == null) {
            known = new LinkedHashMap<>();
            for (Family family : figures.families()) {
                define(family, known);
            }
            definitions = known;
        }
        return known;
    }

    private void define(Family family, Map<Family, Definition> into) {
        try {
            into.put(family, Definition.of(family));
        } catch (IllegalArgumentException e) {
            ledger.drop(Ledger.Reason.DEFINITION, family.name(), e.getMessage());
        }
    }
}
