package io.drover.security.internal.certificate;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;

/** Whether two halves belong together. */
public final class Pairs {

    private static final byte[] PROBE = {'p', 'r', 'o', 'b', 'e'};

    private Pairs() {}

    /** Signs with the one and verifies with the other: true for keys of every kind. */
    public static boolean fit(PrivateKey secret, PublicKey open) throws GeneralSecurityException {
        if (!secret.getAlgorithm().equals(open.getAlgorithm())) {
            return false;
        }
        Signature signature = Signature.getInstance(algorithm(secret));
        signature.initSign(secret);
        signature.update(PROBE);
        byte[] signed = signature.sign();
        signature.initVerify(open);
        signature.update(PROBE);
        try {
            return signature.verify(signed);
        } catch (SignatureException e) {
            // Keys on two curves give signatures of two lengths.
            return false;
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
