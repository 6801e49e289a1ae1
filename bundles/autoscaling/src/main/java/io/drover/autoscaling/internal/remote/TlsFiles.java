package io.drover.autoscaling.internal.remote;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * The files of a client's TLS, PEM.
 *
 * @param authority whom to trust; empty for the JDK's own authorities
 * @param certificate what the client shows, its issuers behind it; empty for nothing
 * @param key the certificate's key, PKCS #8; empty exactly where {@code certificate} is
 */
public record TlsFiles(String authority, String certificate, String key) {

    /** The JDK's own authorities, no certificate. */
    public static final TlsFiles NONE = new TlsFiles("", "", "");

    private static final int BYTES_MAX = 1 << 20;
    private static final Pattern KEY =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    /** A text that changes whenever a file does. */
    String version() throws IOException {
        StringBuilder version = new StringBuilder();
        for (String file : List.of(authority, certificate, key)) {
            if (!file.isEmpty()) {
                version.append(Files.getLastModifiedTime(Path.of(file)).toMillis())
                        .append('/')
                        .append(Files.size(Path.of(file)))
                        .append(' ');
            }
        }
        return version.toString();
    }

    /**
     * What the files say now.
     *
     * @throws IOException naming the file, never its content
     */
    SSLContext context() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), trust(), new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "TLS cannot be set up with the files " + this + ": " + e.getMessage(), e);
        }
    }

    private TrustManager[] trust() throws IOException, GeneralSecurityException {
        if (authority.isEmpty()) {
            return null; // the JDK's
        }
        KeyStore store = empty();
        int number = 0;
        for (Certificate each : certificates(authority)) {
            store.setCertificateEntry("authority-" + number++, each);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers();
    }

    private KeyManager[] keys() throws IOException, GeneralSecurityException {
        if (certificate.isEmpty()) {
            return new KeyManager[0];
        }
        List<Certificate> chain = certificates(certificate);
        KeyStore store = empty();
        store.setKeyEntry("client", privateKey(), new char[0], chain.toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static List<Certificate> certificates(String file)
            throws IOException, GeneralSecurityException {
        List<Certificate> all =
                List.copyOf(
                        CertificateFactory.getInstance("X.509")
                                .generateCertificates(
                                        new ByteArrayInputStream(
                                                text(file).getBytes(StandardCharsets.US_ASCII))));
        if (all.isEmpty()) {
            throw new IOException(file + " has no certificate");
        }
        return all;
    }

    private PrivateKey privateKey() throws IOException, GeneralSecurityException {
        Matcher pem = KEY.matcher(text(key));
        if (!pem.find()) {
            throw new IOException(key + " has no key in PKCS #8 (BEGIN PRIVATE KEY)");
        }
        PKCS8EncodedKeySpec spec =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        InvalidKeySpecException last = null;
        for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                last = e; // of another algorithm
            }
        }
        throw new IOException(key + " has a key of an unknown algorithm", last);
    }

    static String text(String file) throws IOException {
        if (Files.size(Path.of(file)) > BYTES_MAX) {
            throw new IOException(file + " is larger than " + BYTES_MAX + " bytes");
        }
        return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
    }
}
