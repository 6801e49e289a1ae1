package io.drover.config.internal.secret;

import io.drover.config.internal.schema.Bounds;

/**
 * One key that is to have a secret.
 *
 * @param origin where the reference stands: {@code etc/drover.yaml:3:5}
 * @param length what its length may be
 */
public record Target(
        String section, String key, Reference reference, String origin, Bounds length) {

    /** The key with its section: {@code core.api_key}. */
    public String path() {
        return section + "." + key;
    }

    /** Where the value comes from, as {@link io.drover.api.secret.Secret#origin} tells it. */
    String source() {
        return reference instanceof Reference.Literal ? origin : reference.toString();
    }
}
