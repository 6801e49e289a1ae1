package io.drover.core.internal.apikey;

/**
 * What one check of a key told.
 *
 * @param state valid, invalid, or unknown when there was no usable answer
 * @param error why it is not valid, in half a sentence; empty when it is
 */
record Verdict(KeyState state, String error) {

    /** What an HTTP status means. */
    static Verdict of(int status, String host) {
        if (status == 200) {
            return new Verdict(KeyState.VALID, "");
        }
        return status == 401 || status == 403
                ? new Verdict(KeyState.INVALID, host + " refuses it (HTTP " + status + ")")
                : new Verdict(KeyState.UNKNOWN, host + " answers HTTP " + status);
    }
}
