package io.drover.security.internal;

import io.drover.api.security.Certificates;
import io.drover.api.security.TlsIdentity;
import java.io.Closeable;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the identity that is shown now and replaces it in time. All but {@link #current} and {@link
 * #onChange} belongs to the bundle's own thread.
 */
final class CertificateKeeper implements Certificates {

    private static final Logger LOG = LoggerFactory.getLogger(CertificateKeeper.class);

    private final SecretsFolder folder;
    private final LeafFiles leaves;
    private final Authority authority;
    private final List<Registration> listeners = new CopyOnWriteArrayList<>();
    private final LongAdder renewals = new LongAdder();
    private volatile LeafFiles.Leaf leaf;
    private volatile TlsIdentity current;

    private CertificateKeeper(SecretsFolder folder, Clock clock, Authority authority) {
        this.folder = folder;
        this.authority = authority;
        this.leaves = new LeafFiles(folder, clock);
    }

    /** Reads what is on disk, and makes what is not. */
    static CertificateKeeper open(
            SecretsFolder folder, Clock clock, Set<SubjectName> names, Duration life)
            throws IOException, UnsafeException, GeneralSecurityException {
        Closeable lock = folder.lock();
        try {
            Authority authority = new AuthorityFiles(folder, clock).readOrCreate();
            CertificateKeeper keeper = new CertificateKeeper(folder, clock, authority);
            keeper.show(keeper.leaves.readOrIssue(authority, names, life));
            return keeper;
        } finally {
            lock.close();
        }
    }

    @Override
    public TlsIdentity current() {
        return current;
    }

    @Override
    public AutoCloseable onChange(Consumer<TlsIdentity> listener) {
        Registration registration = new Registration(listener);
        listeners.add(registration);
        return registration;
    }

    /** Issues a new leaf if the present one's time has come or it is not what is wanted now. */
    void renewIfDue(Set<SubjectName> names, Duration life)
            throws IOException, UnsafeException, GeneralSecurityException {
        Optional<String> flaw = leaves.flaw(leaf, authority, names, life);
        if (flaw.isEmpty()) {
            return;
        }
        Closeable lock = folder.lock();
        try {
            show(leaves.issue(authority, names, life));
        } finally {
            lock.close();
        }
        renewals.increment();
        LOG.info(
                "certificate renewed: reason={} sha256={} until={}",
                flaw.get(),
                Fingerprint.of(leaf.certificate()),
                leaf.end());
        listeners.forEach(this::tell);
    }

    LeafFiles.Leaf leaf() {
        return leaf;
    }

    Authority authority() {
        return authority;
    }

    long renewals() {
        return renewals.sum();
    }

    private void show(LeafFiles.Leaf next) {
        leaf = next;
        current =
                new TlsIdentity(
                        next.key(),
                        List.of(next.certificate()),
                        authority.certificate(),
                        folder.resolve(AuthorityFiles.CERTIFICATE));
    }

    private void tell(Registration registration) {
        try {
            registration.listener.accept(current);
        } catch (RuntimeException e) {
            // One listener's fault must not keep the new certificate from the others.
            LOG.error("a listener refused the new certificate", e);
        }
    }

    /** Of one call: a listener that was given twice is told twice, until each is closed. */
    private final class Registration implements AutoCloseable {
        private final Consumer<TlsIdentity> listener;

        Registration(Consumer<TlsIdentity> listener) {
            this.listener = listener;
        }

        @Override
        public void close() {
            listeners.remove(this);
        }
    }
}
