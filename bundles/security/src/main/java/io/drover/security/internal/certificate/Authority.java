package io.drover.security.internal.certificate;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;

/**
 * Who signs leaves.
 *
 * @param key fits {@code certificate}
 * @param certificate what clients trust
 */
public record Authority(PrivateKey key, X509Certificate certificate) {

    public Instant end() {
        return certificate.getNotAfter().toInstant();
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Authority[" + certificate.getSubjectX500Principal() + "]";
    }
}
