package io.drover.api.secret;

import java.time.Instant;
import java.util.Objects;

/**
 * How one configured secret stands; never its value.
 *
 * @param section the word of the bundle
 * @param key as in the file
 * @param source where the value comes from: {@code ENC[handle]}, {@code file:/run/secrets/key}, or
 *     the place of a secret that is written out
 * @param place where the configuration says so: {@code etc/drover.yaml:3:5}
 * @param version of the value that holds; 0 while there is none
 * @param since when that value was first seen; null while there is none
 * @param checkedAt when the source last gave a value, new or not; null while it never did
 * @param error why the newest question had no answer; empty when it had one
 * @param nextAt when the source is asked again; null when only a change or a refusal will cause it
 */
public record SecretState(
        String section,
        String key,
        String source,
        String place,
        long version,
        Instant since,
        Instant checkedAt,
        String error,
        Instant nextAt) {

    public SecretState {
        Objects.requireNonNull(section, "section");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(error, "error");
    }
}
