package io.drover.api.config;

/**
 * Told of each reload that somebody asked for; a service of whoever wants to know. Called by the
 * thread that asked; must not block.
 */
public interface ReloadListener {

    /** The sources are about to be read. */
    void reloading();

    /** That is over, whatever came of it. */
    void reloaded();
}
