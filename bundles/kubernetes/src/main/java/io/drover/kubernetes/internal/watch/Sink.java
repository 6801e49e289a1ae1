package io.drover.kubernetes.internal.watch;

import io.drover.api.kubernetes.Watch;

/**
 * Is told what an informer sees; the calls come one after the other, in order, and must return at
 * once.
 *
 * @param <T> what is kept of an object
 */
public interface Sink<T> {

    /**
     * An object is there, or changed.
     *
     * @param before null for an object that was not known
     */
    void put(String key, T before, T after);

    /** An object is gone. */
    void removed(String key, T last);

    /** The informer has entered another phase. */
    void changed(Watch.State state);
}
