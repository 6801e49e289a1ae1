package io.drover.security.internal;

import io.drover.api.status.Status;
import io.drover.security.internal.certificate.CertificateKeeper;
import io.drover.security.internal.certificate.CertificateRules;
import io.drover.security.internal.file.SecretsFolder;
import io.drover.security.internal.file.UnsafeException;
import io.drover.security.internal.file.Watched;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step {@code certificates}: opens them, follows their files, renews them, says how it is.
 * {@link #status} and {@link #keeper} from any thread, the rest by one at a time.
 */
final class CertificatesStep {

    private static final Logger LOG = LoggerFactory.getLogger(CertificatesStep.class);

    private final Path path;
    private final Clock clock;
    private final Watched watched = new Watched();
    private volatile CertificateKeeper keeper;
    private volatile Status status;
    private CertificateRules rules;
    private boolean broken;

    CertificatesStep(Path path, Clock clock) {
        this.path = path;
        this.clock = clock;
        this.status = Status.starting(clock.instant());
    }

    synchronized void apply(CertificateRules next) {
        rules = next;
        if (keeper == null) {
            open();
        } else {
            take("changed configuration not taken over, the old certificate is shown: ");
        }
    }

    synchronized void refuse(String findings, String remedy) {
        if (keeper == null) {
            status = status.toFailed(findings, remedy, clock.instant());
        } else {
            degrade("changed configuration refused: " + findings, remedy);
        }
    }

    /** Reads the files again if they are others than they were. */
    synchronized void look() {
        if (keeper != null && watched.changed()) {
            take("changed certificate not taken over, the old one is shown: ");
        }
    }

    /** Keeps the certificate young, and tries again what did not work. */
    synchronized void renew() {
        if (keeper == null) {
            return;
        }
        try {
            keeper.renewIfDue();
        } catch (IOException | UnsafeException | GeneralSecurityException e) {
            fail("certificate not renewed, the old one is shown: ", e);
            return;
        }
        if (broken) {
            take("certificate not taken over, the old one is shown: ");
        } else {
            watched.follow(keeper.files());
            status = sound();
        }
    }

    /**
     * Issues a new certificate now.
     *
     * @throws UnsafeException if it is somebody else's
     */
    synchronized void renewNow() throws IOException, UnsafeException, GeneralSecurityException {
        keeper.renew();
        watched.follow(keeper.files());
        broken = false;
        status = sound();
    }

    Optional<CertificateKeeper> keeper() {
        return Optional.ofNullable(keeper);
    }

    Status status() {
        return status;
    }

    private void open() {
        try {
            CertificateKeeper opened =
                    CertificateKeeper.open(SecretsFolder.open(path), clock, rules);
            keeper = opened;
            watched.follow(opened.files());
            status = sound();
        } catch (IOException | UnsafeException | GeneralSecurityException e) {
            LOG.error("no certificate, nothing that needs one is served: {}", e.getMessage());
            status =
                    status.toFailed(
                            UnsafeException.reason(e),
                            UnsafeException.remedy(e, path),
                            clock.instant());
        }
    }

    private void take(String otherwise) {
        try {
            keeper.take(rules);
            watched.follow(keeper.files());
            broken = false;
            status = sound();
        } catch (IOException | UnsafeException | GeneralSecurityException e) {
            fail(otherwise, e);
        }
    }

    private void fail(String what, Exception e) {
        broken = true;
        degrade(what + UnsafeException.reason(e), UnsafeException.remedy(e, path));
    }

    private void degrade(String reason, String remedy) {
        if (!status.reason().equals(reason)) {
            LOG.warn("{}", reason);
        }
        status = status.toDegraded(reason, remedy, clock.instant());
    }

    private Status sound() {
        return keeper.warning()
                .map(what -> status.toDegraded(what.getMessage(), what.remedy(), clock.instant()))
                .orElseGet(() -> status.toActive(clock.instant()));
    }
}
