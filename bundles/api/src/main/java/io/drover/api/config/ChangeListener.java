package io.drover.api.config;

/**
 * Told of each change of the configuration that holds; a service of whoever wants to know. Called
 * by the bundle {@code config} on its own thread, after the components have been handed their
 * values; must not block.
 */
public interface ChangeListener {

    /**
     * Something else holds now, whoever caused it: a file, a signal, a call, a run-time setting or
     * its end.
     *
     * @param reload with at least one change; secrets are redacted
     */
    void changed(Reload reload);
}
