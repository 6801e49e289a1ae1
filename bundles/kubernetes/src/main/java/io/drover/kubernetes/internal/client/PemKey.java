package io.drover.kubernetes.internal.client;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads an unencrypted private key in PEM with the JDK alone: PKCS#8 (RFC 5958), PKCS#1 for RSA
 * (RFC 8017) and SEC 1 for EC (RFC 5915). fabric8 needs BouncyCastle for EC keys.
 */
final class PemKey {

    private static final Pattern BLOCK =
            Pattern.compile(
                    "-----BEGIN ((?:RSA |EC |ENCRYPTED )?PRIVATE KEY)-----([^-]*)-----END \\1-----");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /** AlgorithmIdentifier of rsaEncryption with NULL parameters. */
    private static final byte[] RSA = {
        0x30,
        0x0d,
        0x06,
        0x09,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xf7,
        0x0d,
        0x01,
        0x01,
        0x01,
        0x05,
        0x00
    };

    /** Object identifier of id-ecPublicKey. */
    private static final byte[] EC_PUBLIC_KEY = {
        0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
    };

    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    private PemKey() {}

    /**
     * @param pem text that holds one key, perhaps after EC parameters or certificates
     * @throws GeneralSecurityException naming the rule that the text breaks
     */
    static PrivateKey read(String pem) throws GeneralSecurityException {
        Matcher block = BLOCK.matcher(pem);
        if (!block.find()) {
            throw new InvalidKeySpecException(
                    "holds no PEM block PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY");
        }
        byte[] der = decode(block.group(2));
        return switch (block.group(1)) {
            case "RSA PRIVATE KEY" -> key("RSA", sequence(VERSION_0, RSA, octets(der)));
            case "EC PRIVATE KEY" -> key("EC", pkcs8OfSec1(der));
            case "PRIVATE KEY" -> anyKey(der);
            default ->
                    throw new InvalidKeySpecException(
                            "is encrypted; a key of a kubeconfig must not be");
        };
    }

    private static byte[] decode(String base64) throws InvalidKeySpecException {
        try {
            return Base64.getDecoder().decode(BLANKS.matcher(base64).replaceAll(""));
        } catch (IllegalArgumentException e) {
            throw new InvalidKeySpecException("its PEM block is not base64", e);
        }
    }

    private static PrivateKey anyKey(byte[] pkcs8) throws GeneralSecurityException {
        InvalidKeySpecException last = null;
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return key(algorithm, pkcs8);
            } catch (InvalidKeySpecException e) {
                last = e;
            }
        }
        throw new InvalidKeySpecException("is not an RSA, EC or Ed25519 key in PKCS#8", last);
    }

    private static PrivateKey key(String algorithm, byte[] pkcs8) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    /** SEC 1 names the curve in an element tagged [0]; PKCS#8 wants it beside the algorithm. */
    private static byte[] pkcs8OfSec1(byte[] sec1) throws InvalidKeySpecException {
        try {
            ByteBuffer document = ByteBuffer.wrap(sec1);
            document.get();
            ByteBuffer fields = contentOfNext(document);
            while (fields.hasRemaining()) {
                int tag = fields.get() & 0xff;
                ByteBuffer content = contentOfNext(fields);
                if (tag == 0xa0) {
                    byte[] curve = new byte[content.remaining()];
                    content.get(curve);
                    return sequence(VERSION_0, sequence(EC_PUBLIC_KEY, curve), octets(sec1));
                }
            }
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new InvalidKeySpecException("its DER document is cut off", e);
        }
        throw new InvalidKeySpecException("is an EC key that does not name its curve");
    }

    /** Reads a DER length and gives the content after it. */
    private static ByteBuffer contentOfNext(ByteBuffer in) {
        int length = in.get() & 0xff;
        if (length >= 0x80) {
            int bytes = length & 0x7f;
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = (length << 8) | (in.get() & 0xff);
            }
        }
        ByteBuffer content = in.slice(in.position(), length);
        in.position(in.position() + length);
        return content;
    }

    private static byte[] sequence(byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        return element(0x30, content.toByteArray());
    }

    private static byte[] octets(byte[] content) {
        return element(0x04, content);
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else if (content.length < 0x100) {
            out.write(0x81);
            out.write(content.length);
        } else {
            out.write(0x82);
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
