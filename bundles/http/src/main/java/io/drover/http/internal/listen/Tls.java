package io.drover.http.internal.listen;

import io.drover.api.security.TlsIdentity;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * The TLS side of one listener: TLS 1.3 and 1.2 with AEAD alone, the key in memory alone. Used by
 * the thread of the listeners; its factory by those of the server.
 */
abstract class Tls {

    static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    /** All that Mozilla's intermediate profile has, without the suites that are not AEAD. */
    static final List<String> SUITES =
            List.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** Sessions that may be resumed; the JDK would keep 20,480. */
    static final int SESSIONS_MAX = 1_024;

    private TlsIdentity shown;

    Tls(TlsIdentity first) {
        shown = first;
    }

    /**
     * Begins to show {@code identity}.
     *
     * @throws GeneralSecurityException if no server can be made of {@code identity}
     */
    static Tls of(Encryption engine, TlsIdentity identity) throws GeneralSecurityException {
        return switch (engine) {
            case NONE -> throw new IllegalArgumentException("no TLS there");
            case JDK -> new JdkTls(identity);
            case NATIVE -> new NativeTls(identity);
            case AUTO -> NativeTls.works() ? new NativeTls(identity) : new JdkTls(identity);
        };
    }

    /** What encrypts: {@code native} or {@code jdk}. */
    abstract String engine();

    /** For connectors; started and stopped by {@link #start()} and {@link #stop()}. */
    abstract SslContextFactory.Server factory();

    abstract void start() throws Exception;

    abstract void stop() throws Exception;

    /** Shows {@code identity} to all new connections; the open ones go on. */
    abstract void use(TlsIdentity identity) throws Exception;

    /** The identity that new connections are shown. */
    TlsIdentity shown() {
        return shown;
    }

    /**
     * Shows {@code identity} to all new connections; the open ones go on. When it throws, the
     * former one stays.
     *
     * @throws GeneralSecurityException if no server can be made of {@code identity}
     */
    void show(TlsIdentity identity) throws Exception {
        use(identity);
        shown = identity;
    }

    /** Whether a server can be made of it: before anything is given up for it. */
    static void check(TlsIdentity identity) throws GeneralSecurityException {
        X509Certificate leaf = identity.chain().get(0);
        leaf.checkValidity();
        checkPair(identity.key(), leaf.getPublicKey());
    }

    private static void checkPair(PrivateKey key, PublicKey certified)
            throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm(key));
        byte[] probe = new byte[32];
        new SecureRandom().nextBytes(probe);
        signature.initSign(key);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(certified);
        signature.update(probe);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("the key is not that of the certificate");
        }
    }

    private static String algorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> key.getAlgorithm();
        };
    }
}
