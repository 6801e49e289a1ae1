package io.drover.security.internal;

import io.drover.api.status.OnFailure;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tokens and certificates from the folder of secrets. {@link #apply}, {@link #refuse} and {@link
 * #renew} belong to one thread; all else may be called from any.
 */
final class Security implements Subsystem {

    private static final Logger LOG = LoggerFactory.getLogger(Security.class);

    /** Time enough for people to spread a new authority. */
    private static final Duration AUTHORITY_WARNING = Duration.ofDays(90);

    private static final String CORRECT = "correct the section security of drover.yaml";

    private final Path path;
    private final Clock clock;
    private SecretsFolder folder;
    private Settings settings;
    private volatile OnFailure onFailure = OnFailure.EXIT_INTERNAL;
    private volatile Status tokensStatus;
    private volatile Status certificatesStatus;
    private volatile KnownTokens tokens;
    private volatile CertificateKeeper certificates;

    Security(Path path, Clock clock) {
        this.path = path;
        this.clock = clock;
        this.tokensStatus = Status.starting(clock.instant());
        this.certificatesStatus = Status.starting(clock.instant());
    }

    /**
     * Works with these settings from now on: reads what is there, makes what is not. What fails
     * stays shut and says why; what was good before is kept.
     */
    void apply(Settings next) {
        settings = next;
        onFailure = OnFailure.EXIT_INTERNAL;
        if (tokens == null) {
            openTokens();
        } else {
            reloadTokens();
        }
        if (certificates == null) {
            openCertificates();
        } else {
            renew();
        }
    }

    /** Cannot work with a configuration that is wrong; an earlier good one is kept. */
    void refuse(String findings) {
        if (certificates != null) {
            degradedCertificates("changed configuration refused: " + findings, CORRECT);
            return;
        }
        LOG.error("configuration refused: {}", findings);
        onFailure = OnFailure.EXIT_CONFIGURATION;
        tokensStatus = tokensStatus.toFailed(findings, CORRECT, clock.instant());
        certificatesStatus = certificatesStatus.toFailed(findings, CORRECT, clock.instant());
    }

    /** Keeps the certificate young; to be called every minute or so. */
    void renew() {
        CertificateKeeper keeper = certificates;
        if (keeper == null) {
            return;
        }
        try {
            keeper.renewIfDue(HostNames.with(settings.extraNames()), settings.leafLifetime());
            certificatesStatus = sound(keeper);
        } catch (IOException | UnsafeException | GeneralSecurityException e) {
            String reason = "certificate not renewed, the old one is shown: " + e.getMessage();
            degradedCertificates(reason, remedy(e));
        }
    }

    Optional<KnownTokens> tokens() {
        return Optional.ofNullable(tokens);
    }

    Optional<CertificateKeeper> certificates() {
        return Optional.ofNullable(certificates);
    }

    @Override
    public String name() {
        return "security";
    }

    @Override
    public List<Step> steps() {
        return List.of(
                Step.fatal("tokens", "Tokens", onFailure, tokensStatus),
                Step.fatal("certificates", "Certificates", onFailure, certificatesStatus));
    }

    @Override
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        if (tokens != null) {
            facts.put("token_file", path.resolve(TokenLoader.LOCAL).toString());
        }
        CertificateKeeper keeper = certificates;
        if (keeper != null) {
            LeafFiles.Leaf leaf = keeper.leaf();
            facts.put("ca_file", path.resolve(AuthorityFiles.CERTIFICATE).toString());
            facts.put("ca_sha256", Fingerprint.of(keeper.authority().certificate()));
            facts.put("certificate_sha256", Fingerprint.of(leaf.certificate()));
            facts.put("certificate_not_after", leaf.end());
            facts.put("certificate_renewal", leaf.renewal());
        }
        return facts;
    }

    private void openTokens() {
        try {
            folder = SecretsFolder.open(path);
            tokens = new KnownTokens(TokenLoader.load(folder, settings.clusterTokenFile()));
            tokensStatus = tokensStatus.toActive(clock.instant());
        } catch (IOException | UnsafeException e) {
            LOG.error("no tokens, nothing that needs one is served: {}", e.getMessage());
            tokensStatus = tokensStatus.toFailed(reason(e), remedy(e), clock.instant());
        }
    }

    private void openCertificates() {
        try {
            folder = SecretsFolder.open(path);
            CertificateKeeper keeper =
                    CertificateKeeper.open(
                            folder,
                            clock,
                            HostNames.with(settings.extraNames()),
                            settings.leafLifetime());
            certificatesStatus = sound(keeper);
            certificates = keeper;
        } catch (IOException | UnsafeException | GeneralSecurityException e) {
            LOG.error("no certificate, nothing that needs one is served: {}", e.getMessage());
            certificatesStatus = certificatesStatus.toFailed(reason(e), remedy(e), clock.instant());
        }
    }

    private void reloadTokens() {
        try {
            tokens.replace(TokenLoader.load(folder, settings.clusterTokenFile()));
            tokensStatus = tokensStatus.toActive(clock.instant());
        } catch (IOException | UnsafeException e) {
            String reason = "tokens not read again, the old ones hold: " + reason(e);
            LOG.warn("{}", reason);
            tokensStatus = tokensStatus.toDegraded(reason, remedy(e), clock.instant());
        }
    }

    private Status sound(CertificateKeeper keeper) {
        if (clock.instant().plus(AUTHORITY_WARNING).isBefore(keeper.authority().end())) {
            return certificatesStatus.toActive(clock.instant());
        }
        return certificatesStatus.toDegraded(
                "the authority ends on " + keeper.authority().end(),
                "remove ca.pem, ca.key, tls.pem and tls.key in %s and restart; clients must trust"
                                .formatted(path)
                        + " the new authority",
                clock.instant());
    }

    private void degradedCertificates(String reason, String remedy) {
        if (!certificatesStatus.reason().equals(reason)) {
            LOG.warn("{}", reason);
        }
        certificatesStatus = certificatesStatus.toDegraded(reason, remedy, clock.instant());
    }

    /** Messages of I/O errors are often a file's name alone. */
    private static String reason(Exception e) {
        return e instanceof IOException
                ? e.getClass().getSimpleName() + ": " + e.getMessage()
                : String.valueOf(e.getMessage());
    }

    private String remedy(Exception e) {
        return e instanceof UnsafeException unsafe
                ? unsafe.remedy()
                : "make " + path + " writable for the user who runs this";
    }
}
