package io.drover.api.kubernetes;

/**
 * Is told what a watch sees. The calls of one watch come one after the other, in order, on threads
 * of the bundle {@code kubernetes}; they must return at once (put the key into a queue) and must
 * not call {@link Cluster}. What they throw is logged.
 */
public interface Observer {

    /** An object is there that was not known. */
    void added(KubeObject object);

    /** A known object has another version. */
    void updated(KubeObject before, KubeObject after);

    /**
     * An object is gone.
     *
     * @param last its last known form; not the newest one if the deletion itself was missed
     */
    void deleted(KubeObject last);

    /** The watch has entered another phase. */
    default void changed(Watch.State state) {}
}
