package io.drover.api.kubernetes;

/**
 * Is told what a light watch sees, under the rules of {@link Observer}. The watch keeps no objects:
 * whoever needs one later keeps what is needed of it.
 */
public interface LightObserver {

    /**
     * An object is there or has another version.
     *
     * @param object the asked-for parts alone, and what names it
     */
    void put(KubeObject object);

    /**
     * An object is gone.
     *
     * @param key {@link KubeObject#key}
     */
    void removed(String key);

    /** The watch has entered another phase. */
    default void changed(Watch.State state) {}
}
