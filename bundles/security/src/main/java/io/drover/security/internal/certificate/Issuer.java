package io.drover.security.internal.certificate;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/** Makes X.509 v3 certificates (RFC 5280) on P-256, signed with ECDSA and SHA-256. */
public final class Issuer {

    private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String SUBJECT_KEY_ID = "2.5.29.14";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String SUBJECT_ALT_NAME = "2.5.29.17";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String AUTHORITY_KEY_ID = "2.5.29.35";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    private static final int DIGITAL_SIGNATURE = 0x80;
    private static final int CERT_AND_CRL_SIGN = 0x06;
    private static final int SERIAL_BYTES = 16;
    private static final int KEY_ID_BYTES = 20;
    private static final int TAG_DNS = 2;
    private static final int TAG_IP = 7;

    /** Other hosts' clocks may be behind this one's. */
    private static final Duration BACKDATED = Duration.ofHours(1);

    private static final SecureRandom RANDOM = new SecureRandom();

    private Issuer() {}

    public static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
        return generator.generateKeyPair();
    }

    /** A root that may issue leaves and nothing between. */
    public static X509Certificate authority(KeyPair keys, Instant now, Duration life)
            throws GeneralSecurityException {
        byte[] keyId = keyId(keys.getPublic());
        byte[] name = name("Drover local authority " + HexFormat.of().formatHex(keyId, 0, 4));
        byte[] extensions =
                Der.sequence(
                        critical(
                                BASIC_CONSTRAINTS,
                                Der.sequence(Der.yes(), Der.integer(BigInteger.ZERO))),
                        critical(KEY_USAGE, Der.flags(CERT_AND_CRL_SIGN)),
                        extension(SUBJECT_KEY_ID, Der.octets(keyId)));
        return sign(
                body(name, validity(now, now.plus(life)), name, keys.getPublic(), extensions),
                keys.getPrivate());
    }

    /** A certificate for a server or client, never valid for longer than its authority. */
    public static X509Certificate leaf(
            Authority authority,
            PublicKey key,
            Collection<SubjectName> names,
            Instant now,
            Duration life)
            throws GeneralSecurityException {
        Instant wanted = now.plus(life);
        Instant end = wanted.isBefore(authority.end()) ? wanted : authority.end();
        byte[] extensions =
                Der.sequence(
                        critical(BASIC_CONSTRAINTS, Der.sequence()),
                        critical(KEY_USAGE, Der.flags(DIGITAL_SIGNATURE)),
                        extension(
                                EXTENDED_KEY_USAGE,
                                Der.sequence(Der.oid(SERVER_AUTH), Der.oid(CLIENT_AUTH))),
                        extension(SUBJECT_ALT_NAME, altNames(names)),
                        extension(SUBJECT_KEY_ID, Der.octets(keyId(key))),
                        authorityKeyId(authority.certificate()));
        byte[] issuer = authority.certificate().getSubjectX500Principal().getEncoded();
        return sign(
                body(issuer, validity(now, end), name("Drover"), key, extensions), authority.key());
    }

    /** From its first moment to its last, for one that is to live this long from now. */
    public static Duration wholeLife(Duration fromNow) {
        return fromNow.plus(BACKDATED);
    }

    private static byte[] body(
            byte[] issuer, byte[] validity, byte[] subject, PublicKey key, byte[] extensions) {
        return Der.sequence(
                Der.explicit(0, Der.integer(BigInteger.TWO)),
                Der.integer(serial()),
                algorithm(),
                issuer,
                validity,
                subject,
                key.getEncoded(),
                Der.explicit(3, extensions));
    }

    private static X509Certificate sign(byte[] body, PrivateKey key)
            throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(body);
        // Read back by the JDK: what it does not understand is never written.
        return Pem.certificate(Der.sequence(body, algorithm(), Der.bits(signature.sign())));
    }

    private static byte[] algorithm() {
        return Der.sequence(Der.oid(ECDSA_WITH_SHA256));
    }

    private static byte[] name(String commonName) {
        return Der.sequence(Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.utf8(commonName))));
    }

    private static byte[] validity(Instant now, Instant end) {
        return Der.sequence(Der.time(now.minus(BACKDATED)), Der.time(end));
    }

    private static byte[] altNames(Collection<SubjectName> names) {
        List<byte[]> elements = new ArrayList<>();
        for (SubjectName name : names) {
            elements.add(Der.implicit(name.address() ? TAG_IP : TAG_DNS, name.encoded()));
        }
        return Der.sequence(elements.toArray(byte[][]::new));
    }

    /** As the authority names its own key, which need not have been made here. */
    private static byte[] authorityKeyId(X509Certificate authority) {
        byte[] wrapped = authority.getExtensionValue(SUBJECT_KEY_ID);
        if (wrapped == null) {
            return new byte[0];
        }
        // An octet string in an octet string, both shorter than 128 bytes.
        byte[] keyId = Arrays.copyOfRange(wrapped, 4, wrapped.length);
        return extension(AUTHORITY_KEY_ID, Der.sequence(Der.implicit(0, keyId)));
    }

    private static byte[] extension(String oid, byte[] value) {
        return Der.sequence(Der.oid(oid), Der.octets(value));
    }

    private static byte[] critical(String oid, byte[] value) {
        return Der.sequence(Der.oid(oid), Der.yes(), Der.octets(value));
    }

    private static BigInteger serial() {
        byte[] random = new byte[SERIAL_BYTES];
        RANDOM.nextBytes(random);
        return new BigInteger(1, random).setBit(0);
    }

    /** Any unique value will do (RFC 5280 4.2.1.2): 160 bits of SHA-256 over the whole key. */
    private static byte[] keyId(PublicKey key) throws GeneralSecurityException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
        return Arrays.copyOf(digest, KEY_ID_BYTES);
    }
}
