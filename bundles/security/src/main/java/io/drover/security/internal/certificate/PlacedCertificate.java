package io.drover.security.internal.certificate;

import io.drover.security.internal.file.SecretsFolder;
import io.drover.security.internal.file.UnsafeException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A certificate that somebody else has issued and put into files, as it was read. Immutable.
 *
 * @param key fits the first of {@code chain}
 * @param chain the leaf, then its issuers
 * @param authority what clients trust
 * @param files where all of it lies
 */
public record PlacedCertificate(
        PrivateKey key, List<X509Certificate> chain, X509Certificate authority, Files files) {

    private static final int RSA_BITS_MIN = 2048;
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String ANY_USE = "2.5.29.37.0";
    private static final String REMEDY =
            "put a certificate and its key there, the key's file last, or remove the keys"
                    + " security.certificate_file and security.key_file";

    /**
     * Where it lies.
     *
     * @param certificate the leaf and its issuers as PEM
     * @param key of the leaf
     * @param authority what clients trust; empty for the last of the chain
     */
    public record Files(Path certificate, Path key, Optional<Path> authority) {

        /** Where what clients trust lies. */
        public Path trusted() {
            return authority.orElse(certificate);
        }

        /** What has to be looked at for a change. */
        public List<Path> all() {
            return authority
                    .map(file -> List.of(certificate, key, file))
                    .orElseGet(() -> List.of(certificate, key));
        }
    }

    /**
     * Reads and checks all of it.
     *
     * @throws UnsafeException naming the file and what is wrong with it
     */
    public static PlacedCertificate read(SecretsFolder folder, Files files, Clock clock)
            throws IOException, UnsafeException {
        List<X509Certificate> chain = certificates(folder, files.certificate());
        checkLeaf(chain.get(0), files.certificate(), clock.instant());
        checkChain(chain, files.certificate());
        PrivateKey key = key(folder, files, chain.get(0));
        X509Certificate authority =
                files.authority().isPresent()
                        ? certificates(folder, files.authority().get()).get(0)
                        : chain.get(chain.size() - 1);
        return new PlacedCertificate(key, chain, authority, files);
    }

    /** All certificates of a file that others may have placed. */
    public static List<X509Certificate> certificates(SecretsFolder folder, Path file)
            throws IOException, UnsafeException {
        byte[] text = bytes(folder, file);
        try {
            return Pem.certificates(text);
        } catch (GeneralSecurityException e) {
            throw broken(file, "cannot be read as certificates: " + e.getMessage(), e);
        }
    }

    public X509Certificate leaf() {
        return chain.get(0);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "PlacedCertificate[" + files.certificate() + "]";
    }

    private static PrivateKey key(SecretsFolder folder, Files files, X509Certificate leaf)
            throws IOException, UnsafeException {
        byte[] text = bytes(folder, files.key());
        try {
            PrivateKey key = Pem.keyOf(leaf.getPublicKey(), text);
            if (Pairs.fit(key, leaf.getPublicKey())) {
                return key;
            }
        } catch (GeneralSecurityException e) {
            throw broken(files.key(), "cannot be read as a key: " + e.getMessage(), e);
        }
        throw broken(files.key(), "does not fit " + files.certificate(), null);
    }

    private static void checkLeaf(X509Certificate leaf, Path file, Instant now)
            throws UnsafeException {
        if (!now.isBefore(leaf.getNotAfter().toInstant())) {
            throw broken(file, "has expired on " + leaf.getNotAfter().toInstant(), null);
        }
        if (now.isBefore(leaf.getNotBefore().toInstant())) {
            throw broken(file, "is not valid before " + leaf.getNotBefore().toInstant(), null);
        }
        if (leaf.getPublicKey() instanceof RSAKey rsa
                && rsa.getModulus().bitLength() < RSA_BITS_MIN) {
            throw broken(
                    file,
                    "has an RSA key of %d bits, and %d are needed"
                            .formatted(rsa.getModulus().bitLength(), RSA_BITS_MIN),
                    null);
        }
        try {
            List<String> uses = leaf.getExtendedKeyUsage();
            if (uses != null && !uses.contains(SERVER_AUTH) && !uses.contains(ANY_USE)) {
                throw broken(file, "is not for a server (extended key usage)", null);
            }
        } catch (GeneralSecurityException e) {
            throw broken(file, "has an extended key usage that cannot be read", e);
        }
    }

    private static void checkChain(List<X509Certificate> chain, Path file) throws UnsafeException {
        for (int i = 0; i + 1 < chain.size(); i++) {
            try {
                chain.get(i).verify(chain.get(i + 1).getPublicKey());
            } catch (GeneralSecurityException e) {
                throw broken(
                        file,
                        "has as number %d a certificate that did not issue the one before it"
                                .formatted(i + 2),
                        e);
            }
        }
    }

    private static byte[] bytes(SecretsFolder folder, Path file)
            throws IOException, UnsafeException {
        if (!java.nio.file.Files.exists(file)) {
            throw broken(file, "is not there", null);
        }
        return folder.readPlaced(file);
    }

    private static UnsafeException broken(Path file, String what, Throwable cause) {
        return new UnsafeException(file + " " + what, REMEDY, cause);
    }
}
