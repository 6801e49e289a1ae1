package io.drover.autoscaling.internal;

import io.drover.api.kubernetes.Term;
import io.drover.autoscaling.internal.decide.State;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this process remembers of the autoscalers between two looks. Any thread; one object is
 * looked at by one thread at a time.
 */
final class Memory {

    private final Map<String, State> states = new ConcurrentHashMap<>();
    private final Map<String, Look> looks = new ConcurrentHashMap<>();
    private Term term;

    /**
     * A look begins in a term. In another term than the last one somebody else may have written
     * meanwhile: then the objects' own status knows more than we do.
     */
    synchronized void begin(Term now) {
        if (term != null && !term.sameAs(now)) {
            states.clear();
        }
        term = now;
    }

    /** What is remembered of an object; empty when nothing is in this term. */
    Optional<State> state(String key) {
        return Optional.ofNullable(states.get(key));
    }

    /** The newest look at an object, be it of an earlier term. */
    Optional<Look> look(String key) {
        return Optional.ofNullable(looks.get(key));
    }

    void remember(String key, Look look, State next) {
        looks.put(key, look);
        states.put(key, next);
    }

    /**
     * Whether the last write was done is not known: the object's own status and the target tell
     * more than we do.
     */
    void doubt(String key) {
        states.remove(key);
    }

    /** Nothing can be decided now: what was decided before explains nothing any more. */
    void undecided(String key) {
        looks.remove(key);
    }

    void forget(String key) {
        states.remove(key);
        looks.remove(key);
    }
}
