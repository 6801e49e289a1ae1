package io.drover.security.internal.certificate;

import io.drover.api.security.ClientTrust;
import io.drover.api.security.TlsIdentity;
import io.drover.security.internal.file.Listeners;
import io.drover.security.internal.file.SecretsFolder;
import io.drover.security.internal.file.UnsafeException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the identity that listeners show whole: our own authority's leaf or somebody else's
 * certificate, and whom clients must come from. What is new is shown only when all of it is sound.
 * What changes something belongs to one thread at a time; the rest may be called from any.
 */
public final class CertificateKeeper {

    private static final Logger LOG = LoggerFactory.getLogger(CertificateKeeper.class);

    /** Time enough for people to spread a new authority. */
    private static final Duration AUTHORITY_WARNING = Duration.ofDays(90);

    /** The present leaf of somebody else's, for the client in this home. */
    private static final String SERVED = "served.pem";

    private final SecretsFolder folder;
    private final Clock clock;
    private final Listeners<List<X509Certificate>> ofAuthorities = new Listeners<>();
    private final LongAdder renewals = new LongAdder();
    private volatile CertificateRules rules;
    private volatile Optional<LocalCertificate> local = Optional.empty();
    private volatile Optional<PlacedCertificate> placed = Optional.empty();
    private volatile List<X509Certificate> clusterAuthorities = List.of();
    private volatile ShownIdentity shown;

    private CertificateKeeper(SecretsFolder folder, Clock clock, CertificateRules rules) {
        this.folder = folder;
        this.clock = clock;
        this.rules = rules;
    }

    /** Reads what is there, and makes what is not and is ours. */
    public static CertificateKeeper open(SecretsFolder folder, Clock clock, CertificateRules rules)
            throws IOException, UnsafeException, GeneralSecurityException {
        CertificateKeeper keeper = new CertificateKeeper(folder, clock, rules);
        keeper.take(rules);
        return keeper;
    }

    /**
     * By these rules from now on, and from the files as they are now. When it throws, the former
     * identity is shown still.
     */
    public void take(CertificateRules next)
            throws IOException, UnsafeException, GeneralSecurityException {
        Optional<LocalCertificate> nextLocal = localFor(next);
        Optional<PlacedCertificate> nextPlaced = Optional.empty();
        if (next.placed().isPresent()) {
            nextPlaced = Optional.of(PlacedCertificate.read(folder, next.placed().get(), clock));
        }
        ClientTrust clients = clients(next, nextLocal);
        List<X509Certificate> cluster = clusterAuthorities(next, nextLocal, nextPlaced);
        tellServed(nextPlaced);
        rules = next;
        local = nextLocal;
        placed = nextPlaced;
        boolean others = !cluster.equals(clusterAuthorities);
        clusterAuthorities = cluster;
        if (others) {
            ofAuthorities.tell(cluster);
        }
        show(identity(nextLocal, nextPlaced, clients));
    }

    /** Issues a new leaf if it is time. */
    public void renewIfDue() throws IOException, UnsafeException, GeneralSecurityException {
        if (local.isPresent() && local.get().renewIfDue(names(rules), rules.leafLifetime())) {
            renewals.increment();
            take(rules);
        }
    }

    /**
     * Issues a new leaf now.
     *
     * @throws UnsafeException if the certificate is somebody else's
     */
    public void renew() throws IOException, UnsafeException, GeneralSecurityException {
        if (placed.isPresent()) {
            throw new UnsafeException(
                    "the certificate comes from " + placed.get().files().certificate(),
                    "replace it there");
        }
        local.orElseThrow().renew(names(rules), rules.leafLifetime(), "asked for");
        renewals.increment();
        take(rules);
    }

    public ShownIdentity shown() {
        return shown;
    }

    /** Who may have issued another agent's certificate. */
    public List<X509Certificate> clusterAuthorities() {
        return clusterAuthorities;
    }

    /** Calls {@code listener} whenever these are others. */
    public AutoCloseable onClusterAuthorities(Runnable listener) {
        return ofAuthorities.add(list -> listener.run());
    }

    public Instant end() {
        return leaf().getNotAfter().toInstant();
    }

    /** When a new one is issued; empty for somebody else's. */
    public Optional<Instant> renewal() {
        return placed.isPresent() ? Optional.empty() : local.map(own -> own.leaf().renewal());
    }

    public X509Certificate leaf() {
        return shown.current().chain().get(0);
    }

    public long renewals() {
        return renewals.sum();
    }

    public boolean isPlaced() {
        return placed.isPresent();
    }

    /** What should be done before long, and what happens else; empty when there is nothing. */
    public Optional<UnsafeException> warning() {
        Instant now = clock.instant();
        if (placed.isPresent()) {
            return placedWarning(now);
        }
        Instant end = local.orElseThrow().authority().end();
        if (now.plus(AUTHORITY_WARNING).isBefore(end)) {
            return Optional.empty();
        }
        return Optional.of(
                new UnsafeException(
                        "the authority ends on " + end,
                        "remove ca.pem, ca.key, tls.pem and tls.key in %s; clients must trust the"
                                        .formatted(folder.resolve("").toString())
                                + " new authority"));
    }

    /** What has to be looked at for a change. */
    public List<Path> files() {
        List<Path> files = new ArrayList<>();
        local.ifPresent(own -> files.addAll(own.files()));
        placed.ifPresent(other -> files.addAll(other.files().all()));
        rules.clientAuthority().ifPresent(files::add);
        rules.clusterAuthority().ifPresent(files::add);
        return files;
    }

    private Optional<UnsafeException> placedWarning(Instant now) {
        if (now.plus(rules.expiryWarning()).isBefore(end())) {
            return Optional.empty();
        }
        String when = now.isBefore(end()) ? "ends on " : "has ended on ";
        Path file = placed.orElseThrow().files().certificate();
        return Optional.of(
                new UnsafeException(
                        "the certificate " + when + end(), "put a new one into " + file));
    }

    /**
     * Ours is needed for its own sake, and so that this home's client has a certificate to show.
     */
    private Optional<LocalCertificate> localFor(CertificateRules next)
            throws IOException, UnsafeException, GeneralSecurityException {
        if (next.placed().isPresent() && next.clientAuth() == ClientTrust.Mode.NONE) {
            return Optional.empty();
        }
        Set<SubjectName> names = names(next);
        if (local.isEmpty()) {
            return Optional.of(LocalCertificate.open(folder, clock, names, next.leafLifetime()));
        }
        LocalCertificate own = local.get();
        own.reread(names, next.leafLifetime());
        if (own.renewIfDue(names, next.leafLifetime())) {
            renewals.increment();
        }
        return local;
    }

    private ClientTrust clients(CertificateRules next, Optional<LocalCertificate> own)
            throws IOException, UnsafeException {
        if (next.clientAuth() == ClientTrust.Mode.NONE) {
            return ClientTrust.NONE;
        }
        List<X509Certificate> authorities =
                new ArrayList<>(
                        PlacedCertificate.certificates(
                                folder, next.clientAuthority().orElseThrow()));
        own.ifPresent(one -> authorities.add(one.authority().certificate()));
        return new ClientTrust(next.clientAuth(), authorities);
    }

    private List<X509Certificate> clusterAuthorities(
            CertificateRules next,
            Optional<LocalCertificate> own,
            Optional<PlacedCertificate> others)
            throws IOException, UnsafeException {
        if (next.clusterAuthority().isPresent()) {
            return PlacedCertificate.certificates(folder, next.clusterAuthority().get());
        }
        return List.of(
                others.map(PlacedCertificate::authority)
                        .orElseGet(() -> own.orElseThrow().authority().certificate()));
    }

    private static TlsIdentity identity(
            Optional<LocalCertificate> own,
            Optional<PlacedCertificate> others,
            ClientTrust clients) {
        if (others.isPresent()) {
            PlacedCertificate other = others.get();
            return new TlsIdentity(
                    other.key(),
                    other.chain(),
                    other.authority(),
                    other.files().trusted(),
                    clients);
        }
        LocalCertificate one = own.orElseThrow();
        return new TlsIdentity(
                one.leaf().key(),
                List.of(one.leaf().certificate()),
                one.authority().certificate(),
                one.authorityFile(),
                clients);
    }

    private void show(TlsIdentity next) {
        if (shown == null) {
            shown = new ShownIdentity(next);
        } else if (!same(shown.current(), next)) {
            shown.show(next);
            LOG.info(
                    "certificate shown: sha256={} until={}",
                    Fingerprint.of(next.chain().get(0)),
                    next.chain().get(0).getNotAfter().toInstant());
        }
    }

    private static boolean same(TlsIdentity one, TlsIdentity other) {
        return one.chain().equals(other.chain())
                && one.authority().equals(other.authority())
                && one.authorityFile().equals(other.authorityFile())
                && one.clients().mode() == other.clients().mode()
                && one.clients().authorities().equals(other.clients().authorities());
    }

    /** The client in this home reaches us by loopback, for which others' leaves are not made. */
    private void tellServed(Optional<PlacedCertificate> others)
            throws IOException, GeneralSecurityException {
        if (others.isPresent()) {
            folder.replacePublic(SERVED, Pem.write(others.get().leaf()));
        } else {
            folder.remove(SERVED);
        }
    }

    private static Set<SubjectName> names(CertificateRules rules) {
        return HostNames.with(rules.extraNames());
    }
}
