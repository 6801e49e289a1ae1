package io.drover.core.internal.apikey;

import io.drover.api.secret.Secret;
import io.drover.api.secret.Secrets;
import io.drover.api.secret.UnresolvedSecretException;
import java.util.Optional;

/**
 * The key that is sent: the newest of the right form. One of a wrong form does not replace one that
 * was right. Any thread; answers from memory.
 */
final class KeyInUse {

    private static final String SECTION = "core";
    private static final String KEY = "api_key";

    private volatile Secrets secrets;
    private Secret good;
    private String wrong = "";

    void use(Secrets service) {
        secrets = service;
    }

    void lose(Secrets service) {
        if (secrets == service) {
            secrets = null;
        }
    }

    /** Whether there is anybody to ask for a key. */
    boolean known() {
        return secrets != null;
    }

    /** The key to send now; empty when there never was one of the right form. */
    synchronized Optional<Secret> newest() {
        Secrets service = secrets;
        if (service == null) {
            return Optional.ofNullable(good);
        }
        try {
            Optional<Secret> current = service.current(SECTION, KEY);
            Optional<String> badForm = current.flatMap(key -> KeyForm.wrong(key.reveal()));
            if (current.isEmpty()) {
                // A key that is taken out of the configuration is sent no longer.
                good = null;
                wrong = "no API key is configured: core.api_key is not set";
            } else if (badForm.isPresent()) {
                wrong = badForm.get() + ", from " + current.get().origin();
            } else {
                good = current.get();
                wrong = "";
            }
        } catch (UnresolvedSecretException e) {
            wrong = e.getMessage();
        }
        return Optional.ofNullable(good);
    }

    /**
     * What is wrong with what the configuration gives now, in a sentence; empty when nothing is.
     */
    synchronized String wrong() {
        return wrong;
    }

    void refused(Secret key) {
        Secrets service = secrets;
        if (service != null) {
            service.refused(key);
        }
    }
}
