package io.drover.api.secret;

import java.util.List;
import java.util.Optional;

/**
 * The values of the keys that metatype types as {@code Password}. They never reach Configuration
 * Admin, so they are in no service property and in no dump of a component: a component asks here
 * each time that it needs one, and so always uses the newest. Given by the bundle {@code config};
 * any thread; answers from memory.
 */
public interface Secrets {

    /**
     * The secret that holds now, empty when the configuration gives none.
     *
     * @param section the word of the bundle: {@code core}
     * @param key as in the file: {@code api_key}
     * @throws UnresolvedSecretException when the configuration names one and it could never be
     *     resolved; once resolved, an older value holds while its source is out of reach
     */
    Optional<Secret> current(String section, String key);

    /**
     * Says that the other side refused this secret (HTTP 401 or 403), so that its source is asked
     * again soon, at most once per a bound of the configuration. Never blocks. Nothing happens when
     * a newer one holds already.
     */
    void refused(Secret secret);

    /**
     * Every value that holds or held since the start, for redaction alone: what leaves the process
     * must contain none of them.
     */
    default List<Secret> known() {
        return List.of();
    }
}
