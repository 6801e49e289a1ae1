package io.drover.core.internal.apikey;

import java.util.Locale;

/** How it is with the API key. */
enum KeyState {
    VALID,
    /** Refused by the intake, of a wrong form, or missing. */
    INVALID,
    /** Not asked yet, or there is no answer: an outage says nothing of the key. */
    UNKNOWN,
    /** Nothing is sent. */
    NOT_REQUIRED;

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
