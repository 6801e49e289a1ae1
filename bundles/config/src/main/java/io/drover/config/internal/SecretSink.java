package io.drover.config.internal;

import io.drover.config.internal.secret.SecretLimits;
import io.drover.config.internal.secret.Target;
import java.util.Collection;

/** Where the secrets that the configuration names go. */
interface SecretSink {

    /** All of them; those that are not named any more are forgotten. Never blocks. */
    void take(Collection<Target> targets, SecretLimits limits);
}
