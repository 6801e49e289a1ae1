package io.drover.security.internal.certificate;

import io.drover.security.internal.file.SecretsFolder;
import io.drover.security.internal.file.UnsafeException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authority as it lies on disk. It is made once; whatever is wrong with it later is left for a
 * person, because clients have come to trust it. Used under the folder's lock.
 */
public final class AuthorityFiles {

    public static final String CERTIFICATE = "ca.pem";
    public static final String KEY = "ca.key";

    private static final Logger LOG = LoggerFactory.getLogger(AuthorityFiles.class);
    private static final Duration LIFE = Duration.ofDays(3650);

    private final SecretsFolder folder;
    private final Clock clock;

    public AuthorityFiles(SecretsFolder folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    public Authority readOrCreate() throws IOException, UnsafeException, GeneralSecurityException {
        boolean hasKey = folder.has(KEY);
        boolean hasCertificate = folder.has(CERTIFICATE);
        if (!hasKey && hasCertificate) {
            throw broken("has no " + KEY + " beside it", null);
        }
        if (!hasCertificate && folder.has(LeafFiles.CERTIFICATE)) {
            throw broken("is missing, but not what it has issued", null);
        }
        // The certificate is written after the key: without it nobody has come to trust it.
        if (!hasCertificate) {
            return create();
        }
        return read();
    }

    private Authority create() throws IOException, GeneralSecurityException {
        KeyPair keys = Issuer.newKeys();
        X509Certificate certificate = Issuer.authority(keys, clock.instant(), LIFE);
        folder.replaceSecret(KEY, Pem.write(keys.getPrivate()));
        folder.replacePublic(CERTIFICATE, Pem.write(certificate));
        LOG.info("authority made: file={}", folder.resolve(CERTIFICATE));
        return new Authority(keys.getPrivate(), certificate);
    }

    private Authority read() throws IOException, UnsafeException {
        byte[] keyText = folder.readSecret(KEY);
        byte[] certificateText = folder.readPublic(CERTIFICATE);
        try {
            PrivateKey key = Pem.key(keyText);
            X509Certificate certificate = Pem.certificate(certificateText);
            check(key, certificate);
            return new Authority(key, certificate);
        } catch (GeneralSecurityException e) {
            throw broken("or " + KEY + " cannot be read: " + e.getMessage(), e);
        }
    }

    private void check(PrivateKey key, X509Certificate certificate)
            throws UnsafeException, GeneralSecurityException {
        PublicKey open = certificate.getPublicKey();
        if (!Pairs.fit(key, open)) {
            throw broken("does not fit " + KEY, null);
        }
        if (certificate.getBasicConstraints() < 0) {
            throw broken("is no authority's certificate (CA:FALSE)", null);
        }
        if (!clock.instant().isBefore(certificate.getNotAfter().toInstant())) {
            throw broken("has expired on " + certificate.getNotAfter().toInstant(), null);
        }
    }

    private UnsafeException broken(String what, Throwable cause) {
        return new UnsafeException(
                folder.resolve(CERTIFICATE) + " " + what,
                "put the right ca.pem and ca.key back, or remove ca.pem, ca.key, tls.pem and"
                        + " tls.key for a new authority, which clients must trust anew",
                cause);
    }
}
