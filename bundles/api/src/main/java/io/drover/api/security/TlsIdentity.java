package io.drover.api.security;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;

/**
 * What a listener shows to its clients, and what it asks of them.
 *
 * @param key the leaf's private key
 * @param chain the leaf first, then its issuers, without the root
 * @param authority the certificate that clients trust
 * @param authorityFile where {@code authority} lies as PEM, for {@code curl --cacert}
 * @param clients what is asked of clients' certificates; a listener that cannot hold to it must not
 *     listen
 */
public record TlsIdentity(
        PrivateKey key,
        List<X509Certificate> chain,
        X509Certificate authority,
        Path authorityFile,
        ClientTrust clients) {

    public TlsIdentity {
        Objects.requireNonNull(key, "key");
        chain = List.copyOf(chain);
        Objects.requireNonNull(authority, "authority");
        Objects.requireNonNull(authorityFile, "authorityFile");
        Objects.requireNonNull(clients, "clients");
    }

    /** One that asks nothing of its clients. */
    public TlsIdentity(
            PrivateKey key,
            List<X509Certificate> chain,
            X509Certificate authority,
            Path authorityFile) {
        this(key, chain, authority, authorityFile, ClientTrust.NONE);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "TlsIdentity["
                + chain.get(0).getSubjectX500Principal()
                + ", until "
                + chain.get(0).getNotAfter()
                + "]";
    }
}
