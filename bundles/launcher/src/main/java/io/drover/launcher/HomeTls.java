package io.drover.launcher;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * How the client in a home meets its agent. It trusts the agent's own authority; or, where somebody
 * else's certificate is shown, which is seldom for loopback, that very certificate and no other. It
 * shows the home's own certificate to an agent that asks for one.
 */
final class HomeTls {

    private static final char[] NO_PASSWORD = {};

    private final Path secrets;

    HomeTls(Path secrets) {
        this.secrets = secrets;
    }

    SSLContext context() throws StartException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(shown(), trusted(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new StartException(
                    ExitCode.UNAVAILABLE, "the agent's authority cannot be read: " + e);
        }
    }

    private TrustManager[] trusted() throws IOException, GeneralSecurityException {
        Path served = secrets.resolve("served.pem");
        if (Files.exists(served)) {
            return new TrustManager[] {new OnlyThis(certificate(served))};
        }
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        authorities.setCertificateEntry("drover", certificate(secrets.resolve("ca.pem")));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(authorities);
        return trust.getTrustManagers();
    }

    /** Nothing where the home has no certificate of its own, or this user may not read its key. */
    private KeyManager[] shown() throws IOException, GeneralSecurityException {
        Path key = secrets.resolve("tls.key");
        Path certificate = secrets.resolve("tls.pem");
        if (!Files.isReadable(key) || !Files.isReadable(certificate)) {
            return new KeyManager[0];
        }
        KeyStore own = KeyStore.getInstance("JKS");
        own.load(null, null);
        own.setKeyEntry(
                "drover", key(key), NO_PASSWORD, new Certificate[] {certificate(certificate)});
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(own, NO_PASSWORD);
        return keys.getKeyManagers();
    }

    private static X509Certificate certificate(Path file) throws IOException, CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
    }

    /** As the agent writes it: PKCS#8, elliptic curve. */
    private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        String base64 =
                Files.readString(file, StandardCharsets.US_ASCII)
                        .replaceAll("-----[A-Z ]+-----", "")
                        .replaceAll("\\s", "");
        byte[] der = Base64.getDecoder().decode(base64);
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    /** Trusts one certificate, whatever its names are: we know it from the agent's own folder. */
    private static final class OnlyThis extends X509ExtendedTrustManager {
        private final X509Certificate only;

        OnlyThis(X509Certificate only) {
            this.only = only;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            if (chain.length == 0 || !only.equals(chain[0])) {
                throw new CertificateException(
                        "the agent shows another certificate than secrets/served.pem");
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            throw new CertificateException("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("this is a client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
