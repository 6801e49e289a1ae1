package io.drover.config.internal.read;

/**
 * One key that a source gives a value.
 *
 * @param section as written in a file; in lower case from the environment
 * @param key as written in a file; in lower case from the environment
 * @param place where the key stands, as a finding tells it
 */
public record Given(String section, String key, String place, Value value) {}
