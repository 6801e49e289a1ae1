package io.drover.security.internal.certificate;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys and certificates as text (RFC 7468): {@code PRIVATE KEY} (PKCS#8), {@code CERTIFICATE}. */
public final class Pem {

    private static final Pattern KEY =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private static final Pattern OLD_KEY =
            Pattern.compile(
                    "-----BEGIN (EC|RSA) PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)"
                            + "-----END (EC|RSA) PRIVATE KEY-----");

    private static final Base64.Encoder LINES =
            Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private Pem() {}

    public static byte[] write(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    public static byte[] write(X509Certificate certificate) throws CertificateException {
        return block("CERTIFICATE", certificate.getEncoded());
    }

    /** An elliptic curve key of our own. The message of what is thrown says nothing of the key. */
    public static PrivateKey key(byte[] text) throws GeneralSecurityException {
        return decode("EC", pkcs8(text));
    }

    /**
     * The key that belongs to {@code open}: EC, RSA or Ed25519, as PKCS#8, or as SEC 1 or PKCS#1,
     * which OpenSSL wrote for long. The message of what is thrown says nothing of the key.
     */
    public static PrivateKey keyOf(PublicKey open, byte[] text) throws GeneralSecurityException {
        Matcher old = OLD_KEY.matcher(new String(text, StandardCharsets.ISO_8859_1));
        if (!old.find()) {
            return decode(open.getAlgorithm(), pkcs8(text));
        }
        // Both are what PKCS#8 wraps; the algorithm is that of the public half (RFC 5208 5).
        byte[] algorithm = Der.firstOf(open.getEncoded());
        byte[] inner = base64(old.group(2));
        byte[] wrapped = Der.sequence(Der.integer(BigInteger.ZERO), algorithm, Der.octets(inner));
        return decode(open.getAlgorithm(), wrapped);
    }

    private static byte[] pkcs8(byte[] text) throws InvalidKeySpecException {
        Matcher matcher = KEY.matcher(new String(text, StandardCharsets.ISO_8859_1));
        if (!matcher.find()) {
            throw new InvalidKeySpecException("no block PRIVATE KEY (PKCS#8)");
        }
        return base64(matcher.group(1));
    }

    private static byte[] base64(String text) throws InvalidKeySpecException {
        try {
            return Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidKeySpecException("the block of the private key is no base64");
        }
    }

    private static PrivateKey decode(String algorithm, byte[] der) throws GeneralSecurityException {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (InvalidKeySpecException e) {
            throw new InvalidKeySpecException(
                    "the block of the private key is no key of the kind " + algorithm);
        }
    }

    /** The first certificate. */
    public static X509Certificate certificate(byte[] text) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(text));
    }

    /** All certificates, in their order; at least one. */
    public static List<X509Certificate> certificates(byte[] text) throws CertificateException {
        List<X509Certificate> all = new ArrayList<>();
        for (Certificate each :
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(text))) {
            all.add((X509Certificate) each);
        }
        if (all.isEmpty()) {
            throw new CertificateException("no block CERTIFICATE");
        }
        return all;
    }

    private static byte[] block(String label, byte[] der) {
        String text =
                "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                        .formatted(label, LINES.encodeToString(der), label);
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
