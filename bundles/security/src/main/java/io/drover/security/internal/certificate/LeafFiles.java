package io.drover.security.internal.certificate;

import io.drover.security.internal.file.SecretsFolder;
import io.drover.security.internal.file.UnsafeException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leaf as it lies on disk. What is wrong with one of our own is mended by a new one; one that
 * somebody else has issued is never overwritten. Used under the folder's lock.
 */
public final class LeafFiles {

    public static final String CERTIFICATE = "tls.pem";
    public static final String KEY = "tls.key";

    private static final Logger LOG = LoggerFactory.getLogger(LeafFiles.class);

    private final SecretsFolder folder;
    private final Clock clock;

    public LeafFiles(SecretsFolder folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /**
     * A leaf and its key.
     *
     * @param key fits {@code certificate}
     * @param certificate issued by our authority
     */
    public record Leaf(PrivateKey key, X509Certificate certificate) {

        Instant begin() {
            return certificate.getNotBefore().toInstant();
        }

        Instant end() {
            return certificate.getNotAfter().toInstant();
        }

        /** When it is to be replaced: after two thirds of its life. */
        Instant renewal() {
            return begin().plus(life().multipliedBy(2).dividedBy(3));
        }

        Duration life() {
            return Duration.between(begin(), end());
        }

        /** Without the key. */
        @Override
        public String toString() {
            return "Leaf[until " + end() + "]";
        }
    }

    /** The leaf on disk if it will do, else a new one. */
    public Leaf readOrIssue(Authority authority, Set<SubjectName> names, Duration life)
            throws IOException, UnsafeException, GeneralSecurityException {
        if (isMissing()) {
            return issue(authority, names, life);
        }
        try {
            Leaf leaf = read(authority);
            Optional<String> flaw = flaw(leaf, authority, names, life);
            if (flaw.isEmpty()) {
                return leaf;
            }
            LOG.info("certificate is replaced: reason={}", flaw.get());
        } catch (GeneralSecurityException | Unusable e) {
            LOG.warn("certificate is unusable and replaced: reason={}", e.getMessage());
        }
        return issue(authority, names, life);
    }

    /** A new leaf with a new key, on disk. */
    public Leaf issue(Authority authority, Collection<SubjectName> names, Duration life)
            throws IOException, GeneralSecurityException {
        KeyPair keys = Issuer.newKeys();
        X509Certificate certificate =
                Issuer.leaf(authority, keys.getPublic(), names, clock.instant(), life);
        // A crash between the two leaves a pair that does not fit: replaced at the next start.
        folder.replaceSecret(KEY, Pem.write(keys.getPrivate()));
        folder.replacePublic(CERTIFICATE, Pem.write(certificate));
        return new Leaf(keys.getPrivate(), certificate);
    }

    /** Whether there is neither a certificate nor a key. */
    public boolean isMissing() {
        return !folder.has(CERTIFICATE) && !folder.has(KEY);
    }

    /**
     * The leaf on disk.
     *
     * @throws UnsafeException saying what is wrong with it
     */
    public Leaf readSound(Authority authority) throws IOException, UnsafeException {
        try {
            Leaf leaf = read(authority);
            if (clock.instant().isBefore(leaf.end())) {
                return leaf;
            }
            throw new Unusable("has expired on " + leaf.end());
        } catch (GeneralSecurityException | Unusable e) {
            throw new UnsafeException(
                    folder.resolve(CERTIFICATE) + " is of no use: " + e.getMessage(),
                    "put the right tls.pem and tls.key there, or remove both for new ones",
                    e);
        }
    }

    private Leaf read(Authority authority)
            throws IOException, UnsafeException, GeneralSecurityException, Unusable {
        if (!folder.has(CERTIFICATE) || !folder.has(KEY)) {
            throw new Unusable("one of " + CERTIFICATE + " and " + KEY + " is missing");
        }
        X509Certificate certificate = Pem.certificate(folder.readPublic(CERTIFICATE));
        refuseForeign(certificate, authority);
        PrivateKey key = Pem.key(folder.readSecret(KEY));
        if (!Pairs.fit(key, certificate.getPublicKey())) {
            throw new Unusable(KEY + " does not fit " + CERTIFICATE);
        }
        return new Leaf(key, certificate);
    }

    private void refuseForeign(X509Certificate certificate, Authority authority)
            throws UnsafeException {
        try {
            certificate.verify(authority.certificate().getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new UnsafeException(
                    folder.resolve(CERTIFICATE)
                            + " was issued by another authority ("
                            + certificate.getIssuerX500Principal()
                            + ")",
                    "put the ca.pem and ca.key that it was issued by back, or remove tls.pem and"
                            + " tls.key for one by the present authority",
                    e);
        }
    }

    /** Why a sound leaf should be replaced all the same; empty if it will do. */
    public Optional<String> flaw(
            Leaf leaf, Authority authority, Set<SubjectName> names, Duration life)
            throws GeneralSecurityException {
        Instant now = clock.instant();
        if (now.isBefore(leaf.begin())) {
            return Optional.of("not yet valid");
        }
        if (!namesOf(leaf.certificate()).equals(names)) {
            return Optional.of("its names have changed");
        }
        if (leaf.life().compareTo(Issuer.wholeLife(life)) > 0) {
            return Optional.of("it lives longer than is configured");
        }
        // One that ends with its authority cannot be followed by a longer one.
        if (!now.isBefore(leaf.renewal()) && leaf.end().isBefore(authority.end())) {
            return Optional.of("two thirds of its life are over");
        }
        return Optional.empty();
    }

    public static Set<SubjectName> namesOf(X509Certificate certificate)
            throws GeneralSecurityException {
        Set<SubjectName> names = new HashSet<>();
        Collection<List<?>> entries = certificate.getSubjectAlternativeNames();
        if (entries != null) {
            for (List<?> entry : entries) {
                SubjectName.parse(entry.get(1).toString()).ifPresent(names::add);
            }
        }
        return names;
    }

    /** The files are no pair, and a new one mends it. */
    private static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String what) {
            super(what);
        }
    }
}
