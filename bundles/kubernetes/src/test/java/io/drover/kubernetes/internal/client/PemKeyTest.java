package io.drover.kubernetes.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemKeyTest {

    @ParameterizedTest
    @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
    void readsAnEcKeyInPkcs8AndInSec1(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        KeyPair pair = generator.generateKeyPair();
        byte[] pkcs8 = pair.getPrivate().getEncoded();

        assertSigns(pair, PemKey.read(pem("PRIVATE KEY", pkcs8)), "SHA256withECDSA");
        assertSigns(pair, PemKey.read(pem("EC PRIVATE KEY", sec1(pkcs8))), "SHA256withECDSA");
    }

    @Test
    void readsAnRsaKeyInPkcs8AndInPkcs1() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2_048);
        KeyPair pair = generator.generateKeyPair();
        byte[] pkcs8 = pair.getPrivate().getEncoded();

        assertSigns(pair, PemKey.read(pem("PRIVATE KEY", pkcs8)), "SHA256withRSA");
        byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
        assertSigns(pair, PemKey.read(pem("RSA PRIVATE KEY", pkcs1)), "SHA256withRSA");
    }

    @Test
    void readsAnEd25519Key() throws GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();

        PrivateKey read = PemKey.read(pem("PRIVATE KEY", pair.getPrivate().getEncoded()));

        assertSigns(pair, read, "Ed25519");
    }

    @Test
    void saysWhichRuleIsBroken() {
        assertThatThrownBy(() -> PemKey.read("hello")).hasMessageContaining("holds no PEM block");
        assertThatThrownBy(() -> PemKey.read(pem("ENCRYPTED PRIVATE KEY", new byte[8])))
                .hasMessageContaining("is encrypted");
        assertThatThrownBy(() -> PemKey.read(pem("PRIVATE KEY", new byte[8])))
                .hasMessageContaining("not an RSA, EC or Ed25519 key");
        assertThatThrownBy(() -> PemKey.read(pem("EC PRIVATE KEY", new byte[] {0x30, 0x20, 0x02})))
                .hasMessageContaining("cut off");
    }

    private static void assertSigns(KeyPair pair, PrivateKey read, String algorithm)
            throws GeneralSecurityException {
        byte[] message = "hello".getBytes(StandardCharsets.UTF_8);
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(read);
        signer.update(message);
        byte[] signature = signer.sign();
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(pair.getPublic());
        verifier.update(message);
        assertThat(verifier.verify(signature)).isTrue();
    }

    /** What openssl writes: the PKCS#8 content with the curve put in as element [0]. */
    private static byte[] sec1(byte[] pkcs8) {
        int oid = indexOfCurve(pkcs8);
        int oidLength = 2 + pkcs8[oid + 1];
        byte[] curve = Arrays.copyOfRange(pkcs8, oid, oid + oidLength);
        int octets = oid + oidLength;
        int start = octets + 1 + lengthBytes(pkcs8, octets + 1);
        int inner = start + 1 + lengthBytes(pkcs8, start + 1);
        int end = inner + length(pkcs8, start + 1);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write(pkcs8, inner, end - inner);
        content.write(0xa0);
        content.write(curve.length);
        content.writeBytes(curve);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x30);
        if (content.size() >= 0x80) {
            out.write(0x81);
        }
        out.write(content.size());
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    /** The second object identifier: the first one is the algorithm's. */
    private static int indexOfCurve(byte[] pkcs8) {
        int first = 0;
        while (pkcs8[first] != 0x06) {
            first++;
        }
        return first + 2 + pkcs8[first + 1];
    }

    private static int lengthBytes(byte[] der, int at) {
        return (der[at] & 0xff) < 0x80 ? 1 : 1 + (der[at] & 0x7f);
    }

    private static int length(byte[] der, int at) {
        return (der[at] & 0xff) < 0x80 ? der[at] : der[at + 1] & 0xff;
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN "
                + what
                + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END "
                + what
                + "-----\n";
    }
}
