package io.drover.security.internal;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;

/** Whether two halves belong together. */
final class Pairs {

    private static final byte[] PROBE = {'p', 'r', 'o', 'b', 'e'};

    private Pairs() {}

    /** Signs with the one and verifies with the other: true for keys of every kind. */
    static boolean fit(PrivateKey secret, PublicKey open) throws GeneralSecurityException {
        if (!secret.getAlgorithm().equals(open.getAlgorithm())) {
            return false;
        }
        Signature signature = Signature.getInstance("SHA256withECDSA");
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
}
