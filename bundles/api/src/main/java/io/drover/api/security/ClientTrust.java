package io.drover.api.security;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;

/**
 * What a listener asks of its clients' certificates, beside the token.
 *
 * @param mode whether one is asked for
 * @param authorities who may have issued it; never empty unless {@code mode} is {@link Mode#NONE}
 */
public record ClientTrust(Mode mode, List<X509Certificate> authorities) {

    /** No certificate is asked for. */
    public static final ClientTrust NONE = new ClientTrust(Mode.NONE, List.of());

    /** Whether a client must show a certificate. */
    public enum Mode {
        /** None is asked for. */
        NONE,
        /** One that is shown must be by an authority of the list, or the handshake fails. */
        OPTIONAL,
        /** A handshake without one by an authority of the list fails. */
        REQUIRED
    }

    public ClientTrust {
        Objects.requireNonNull(mode, "mode");
        authorities = List.copyOf(authorities);
        if (mode != Mode.NONE && authorities.isEmpty()) {
            throw new IllegalArgumentException("no authority to trust, but the mode is " + mode);
        }
    }
}
