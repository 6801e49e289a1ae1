package io.drover.http.internal.listen;

import io.drover.api.security.ClientTrust;
import io.drover.api.security.TlsIdentity;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.eclipse.jetty.http2.HTTP2Cipher;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The JDK's own TLS: everywhere, and slow. */
final class JdkTls extends Tls {

    private final SslContextFactory.Server factory = new SslContextFactory.Server();
    private final char[] password = randomPassword();

    /**
     * @throws GeneralSecurityException if no server can be made of {@code identity}
     */
    JdkTls(TlsIdentity identity) throws GeneralSecurityException {
        super(identity);
        factory.setIncludeProtocols(PROTOCOLS);
        factory.setIncludeCipherSuites(SUITES.toArray(String[]::new));
        factory.setCipherComparator(HTTP2Cipher.COMPARATOR);
        factory.setUseCipherSuitesOrder(true);
        factory.setRenegotiationAllowed(false);
        factory.setKeyStorePassword(new String(password));
        factory.setSslSessionCacheSize(SESSIONS_MAX);
        factory.setKeyStore(checked(identity));
        ask(factory, identity.clients(), trusted(identity.clients()));
    }

    @Override
    String engine() {
        return "jdk";
    }

    @Override
    SslContextFactory.Server factory() {
        return factory;
    }

    @Override
    void start() throws Exception {
        factory.start();
    }

    @Override
    void stop() throws Exception {
        factory.stop();
    }

    @Override
    void use(TlsIdentity identity) throws Exception {
        // Jetty unloads before it loads: what it is given must not fail.
        KeyStore store = checked(identity);
        KeyStore trust = trusted(identity.clients());
        factory.reload(
                f -> {
                    f.setKeyStore(store);
                    ask((SslContextFactory.Server) f, identity.clients(), trust);
                });
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
        check(identity);
        List<X509Certificate> chain = identity.chain();
        KeyStore store = empty();
        store.setKeyEntry("drover", identity.key(), password, chain.toArray(Certificate[]::new));
        return store;
    }

    private static char[] randomPassword() {
        byte[] bytes = new byte[18];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes).toCharArray();
    }
}
