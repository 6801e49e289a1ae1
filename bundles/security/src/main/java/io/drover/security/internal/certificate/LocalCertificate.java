package io.drover.security.internal.certificate;

import io.drover.security.internal.file.SecretsFolder;
import io.drover.security.internal.file.UnsafeException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A leaf by this agent's own authority, replaced in time. Belongs to the bundle's own thread, but
 * for {@link #leaf} and {@link #authority}.
 */
public final class LocalCertificate {

    private static final Logger LOG = LoggerFactory.getLogger(LocalCertificate.class);

    private final SecretsFolder folder;
    private final LeafFiles leaves;
    private final AuthorityFiles authorities;
    private volatile Authority authority;
    private volatile LeafFiles.Leaf leaf;

    private LocalCertificate(SecretsFolder folder, Clock clock) {
        this.folder = folder;
        this.leaves = new LeafFiles(folder, clock);
        this.authorities = new AuthorityFiles(folder, clock);
    }

    /** Reads what is on disk, and makes what is not. */
    public static LocalCertificate open(
            SecretsFolder folder, Clock clock, Set<SubjectName> names, Duration life)
            throws IOException, UnsafeException, GeneralSecurityException {
        LocalCertificate local = new LocalCertificate(folder, clock);
        Closeable lock = folder.lock();
        try {
            local.authority = local.authorities.readOrCreate();
            local.leaf = local.leaves.readOrIssue(local.authority, names, life);
            return local;
        } finally {
            lock.close();
        }
    }

    /**
     * Issues a new leaf if the present one's time has come or it is not what is wanted now.
     *
     * @return whether there is another one now
     */
    public boolean renewIfDue(Set<SubjectName> names, Duration life)
            throws IOException, UnsafeException, GeneralSecurityException {
        Optional<String> flaw = leaves.flaw(leaf, authority, names, life);
        if (flaw.isEmpty()) {
            return false;
        }
        renew(names, life, flaw.get());
        return true;
    }

    /** Issues a new leaf now. */
    public void renew(Set<SubjectName> names, Duration life, String reason)
            throws IOException, UnsafeException, GeneralSecurityException {
        Closeable lock = folder.lock();
        try {
            leaf = leaves.issue(authority, names, life);
        } finally {
            lock.close();
        }
        LOG.info(
                "certificate renewed: reason={} sha256={} until={}",
                reason,
                Fingerprint.of(leaf.certificate()),
                leaf.end());
    }

    /**
     * Takes over what somebody has put into the files. A leaf that is of no use is not replaced:
     * the present one is still good, and who did this wants to hear of it. Another authority, or
     * none, is a new beginning.
     *
     * @return whether there is another one now
     */
    public boolean reread(Set<SubjectName> names, Duration life)
            throws IOException, UnsafeException, GeneralSecurityException {
        Closeable lock = folder.lock();
        try {
            Authority found = authorities.readOrCreate();
            LeafFiles.Leaf next =
                    leaves.isMissing() ? leaves.issue(found, names, life) : leaves.readSound(found);
            boolean another =
                    !next.certificate().equals(leaf.certificate())
                            || !found.certificate().equals(authority.certificate());
            authority = found;
            leaf = next;
            return another;
        } finally {
            lock.close();
        }
    }

    public LeafFiles.Leaf leaf() {
        return leaf;
    }

    public Authority authority() {
        return authority;
    }

    /** Where the authority lies, for clients. */
    public Path authorityFile() {
        return folder.resolve(AuthorityFiles.CERTIFICATE);
    }

    /** What has to be looked at for a change. */
    public List<Path> files() {
        return Stream.of(
                        AuthorityFiles.CERTIFICATE,
                        AuthorityFiles.KEY,
                        LeafFiles.CERTIFICATE,
                        LeafFiles.KEY)
                .map(folder::resolve)
                .toList();
    }
}
