package io.drover.security.internal;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys and certificates as text (RFC 7468): {@code PRIVATE KEY} (PKCS#8), {@code CERTIFICATE}. */
final class Pem {

    private static final Pattern KEY =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private static final Base64.Encoder LINES =
            Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private Pem() {}

    static byte[] write(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    static byte[] write(X509Certificate certificate) throws CertificateException {
        return block("CERTIFICATE", certificate.getEncoded());
    }

    /** The message of what is thrown says nothing of the key. */
    static PrivateKey key(byte[] text) throws GeneralSecurityException {
        Matcher matcher = KEY.matcher(new String(text, StandardCharsets.ISO_8859_1));
        if (!matcher.find()) {
            throw new InvalidKeySpecException("no block PRIVATE KEY (PKCS#8)");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(matcher.group(1));
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (IllegalArgumentException | InvalidKeySpecException e) {
            throw new InvalidKeySpecException("the block PRIVATE KEY is no elliptic curve key");
        }
    }

    /** The first certificate. */
    static X509Certificate certificate(byte[] text) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(text));
    }

    private static byte[] block(String label, byte[] der) {
        String text =
                "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                        .formatted(label, LINES.encodeToString(der), label);
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
