package io.drover.http.internal.listen;

import io.drover.api.security.ClientTrust;
import io.drover.api.security.TlsIdentity;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.eclipse.jetty.http2.HTTP2Cipher;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * The TLS side of one listener: TLS 1.3 and 1.2 with AEAD alone, the key in memory alone. Used by
 * the thread of the listeners.
 */
final class Tls {

    /** All that Mozilla's intermediate profile has, without the suites that are not AEAD. */
    private static final String[] SUITES = {
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
    };

    /** Sessions that may be resumed; the JDK would keep 20,480. */
    private static final int SESSIONS_MAX = 1_024;

    private final SslContextFactory.Server factory = new SslContextFactory.Server();
    private final char[] password = randomPassword();
    private TlsIdentity shown;

    /**
     * @throws GeneralSecurityException if no server can be made of {@code identity}
     */
    Tls(TlsIdentity identity) throws GeneralSecurityException {
        factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        factory.setIncludeCipherSuites(SUITES);
        factory.setCipherComparator(HTTP2Cipher.COMPARATOR);
        factory.setUseCipherSuitesOrder(true);
        factory.setRenegotiationAllowed(false);
        factory.setKeyStorePassword(new String(password));
        factory.setSslSessionCacheSize(SESSIONS_MAX);
        factory.setKeyStore(checked(identity));
        ask(factory, identity.clients(), trusted(identity.clients()));
        shown = identity;
    }

    /** For connectors; started and stopped by {@link #start()} and {@link #stop()}. */
    SslContextFactory.Server factory() {
        return factory;
    }

    void start() throws Exception {
        factory.start();
    }

    void stop() throws Exception {
        factory.stop();
    }

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
        // Jetty unloads before it loads: what it is given must not fail.
        KeyStore store = checked(identity);
        KeyStore trust = trusted(identity.clients());
        factory.reload(
                f -> {
                    f.setKeyStore(store);
                    ask((SslContextFactory.Server) f, identity.clients(), trust);
                });
        shown = identity;
    }

    private static void ask(SslContextFactory.Server of, ClientTrust clients, KeyStore trust) {
        // Jetty takes an empty one for a fault.
        of.setTrustStore(clients.mode() == ClientTrust.Mode.NONE ? null : trust);
        of.setNeedClientAuth(clients.mode() == ClientTrust.Mode.REQUIRED);
        of.setWantClientAuth(clients.mode() == ClientTrust.Mode.OPTIONAL);
    }

    /** Those authorities and no other. */
    private static KeyStore trusted(ClientTrust clients) throws GeneralSecurityException {
        KeyStore store = empty();
        for (X509Certificate authority : clients.authorities()) {
            store.setCertificateEntry("client-" + store.size(), authority);
        }
        return store;
    }

    private static KeyStore empty() throws GeneralSecurityException {
        try {
            // Never on a disk, and 40 times as fast as PKCS12 with its key derivation.
            KeyStore store = KeyStore.getInstance("JKS");
            store.load(null, null);
            return store;
        } catch (IOException e) {
            throw new GeneralSecurityException("an empty key store cannot be made", e);
        }
    }

    private KeyStore checked(TlsIdentity identity) throws GeneralSecurityException {
        List<X509Certificate> chain = identity.chain();
        chain.get(0).checkValidity();
        checkPair(identity.key(), chain.get(0).getPublicKey());
        KeyStore store = empty();
        store.setKeyEntry("drover", identity.key(), password, chain.toArray(Certificate[]::new));
        return store;
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

    private static char[] randomPassword() {
        byte[] bytes = new byte[18];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes).toCharArray();
    }
}
