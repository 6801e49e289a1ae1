package io.drover.security.internal;

import io.drover.api.http.Routes;
import io.drover.api.kubernetes.Reviews;
import io.drover.api.security.ClusterCredentials;
import io.drover.api.status.OnFailure;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import io.drover.security.internal.audit.AuditLog;
import io.drover.security.internal.certificate.CertificateKeeper;
import io.drover.security.internal.certificate.Fingerprint;
import io.drover.security.internal.guard.Gatekeeper;
import io.drover.security.internal.guard.ReviewRules;
import io.drover.security.internal.token.TokenKeeper;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tokens, certificates, the guard and the audit, as one subsystem. {@link #apply}, {@link #refuse},
 * {@link #look} and {@link #renew} belong to one thread; all else may be called from any.
 */
final class Security implements Subsystem {

    private static final Logger LOG = LoggerFactory.getLogger(Security.class);

    private static final String CORRECT = "correct the section security of drover.yaml";

    private final Path path;
    private final Clock clock;
    private final AuditLog audit;
    private final TokensStep tokens;
    private final CertificatesStep certificates;
    private volatile OnFailure onFailure = OnFailure.EXIT_INTERNAL;
    private volatile Gatekeeper guard;
    private volatile Reviews reviews;
    private volatile Status auditStatus;
    private volatile Status reviewsStatus;

    /**
     * @param path of the folder of secrets
     */
    Security(Path path, AuditLog audit, Clock clock) {
        this.path = path;
        this.clock = clock;
        this.audit = audit;
        this.tokens = new TokensStep(path, clock);
        this.certificates = new CertificatesStep(path, clock);
        this.auditStatus = Status.active(clock.instant());
        this.reviewsStatus = Status.starting(clock.instant());
    }

    /**
     * Works with these settings from now on: reads what is there, makes what is not. What fails
     * stays shut and says why; what was good before is kept.
     */
    void apply(Settings next) {
        onFailure = OnFailure.EXIT_INTERNAL;
        audit.limits(next.audit());
        tokens.apply(next.tokens());
        tokens.keeper().ifPresent(keeper -> guard(keeper, next));
        certificates.apply(next.certificates());
        say();
    }

    /** Cannot work with a configuration that is wrong; an earlier good one is kept. */
    void refuse(String findings) {
        if (certificates.keeper().isEmpty()) {
            LOG.error("configuration refused: {}", findings);
            onFailure = OnFailure.EXIT_CONFIGURATION;
        }
        tokens.refuse(findings, CORRECT);
        certificates.refuse(findings, CORRECT);
    }

    /** Follows the files; to be called every second or so. */
    void look() {
        tokens.look();
        certificates.look();
        Gatekeeper judge = guard;
        if (judge != null) {
            judge.forgetCallersBut(names());
        }
        say();
    }

    /** Keeps the certificate young; to be called every minute or so. */
    void renew() {
        certificates.renew();
    }

    /** Who answers for Kubernetes from now on; null for nobody. */
    void use(Reviews next) {
        reviews = next;
        Gatekeeper judge = guard;
        if (judge != null) {
            judge.use(next);
        }
    }

    /** Does not ask {@code gone} any more. */
    void forget(Reviews gone) {
        if (reviews == gone) {
            use(null);
        }
    }

    /** For other agents; there when tokens and certificates are. */
    Optional<ClusterCredentials> clusterCredentials() {
        return tokens().flatMap(
                        own -> certificates().map(shown -> new AgentCredentials(own, shown)));
    }

    /** What people ask and order by the API; there when tokens and certificates are. */
    Optional<Routes> routes() {
        return tokens().filter(own -> certificates().isPresent())
                .map(own -> new SecurityRoutes(own, certificates));
    }

    Optional<TokenKeeper> tokens() {
        return tokens.keeper();
    }

    Optional<Gatekeeper> guard() {
        return Optional.ofNullable(guard);
    }

    Optional<CertificateKeeper> certificates() {
        return certificates.keeper();
    }

    AuditLog audit() {
        return audit;
    }

    Path path() {
        return path;
    }

    @Override
    public String name() {
        return "security";
    }

    @Override
    public List<Step> steps() {
        return List.of(
                Step.fatal("tokens", "Tokens", onFailure, tokens.status()),
                Step.fatal("certificates", "Certificates", onFailure, certificates.status()),
                Step.optional("audit", "Audit of control actions", auditStatus),
                Step.optional("reviews", "Tokens of Kubernetes", reviewsStatus));
    }

    @Override
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        tokens.keeper()
                .ifPresent(
                        keeper -> {
                            facts.put("token_file", path.resolve("local_token").toString());
                            facts.put("tokens", (long) keeper.tokens().size());
                        });
        certificates.keeper().ifPresent(keeper -> addFacts(keeper, facts));
        facts.put("audit_file", audit.file().toString());
        return facts;
    }

    private static void addFacts(CertificateKeeper keeper, Map<String, Object> facts) {
        var shown = keeper.shown().current();
        facts.put("ca_file", shown.authorityFile().toString());
        facts.put("ca_sha256", Fingerprint.of(shown.authority()));
        facts.put("certificate_sha256", Fingerprint.of(keeper.leaf()));
        facts.put("certificate_not_after", keeper.end());
        keeper.renewal().ifPresent(at -> facts.put("certificate_renewal", at));
        facts.put("client_auth", shown.clients().mode().name().toLowerCase(java.util.Locale.ROOT));
    }

    private void guard(TokenKeeper keeper, Settings next) {
        if (guard == null) {
            Gatekeeper judge =
                    new Gatekeeper(keeper.known(), next.guard(), audit, clock, System::nanoTime);
            judge.use(reviews);
            guard = judge;
        } else {
            guard.rules(next.guard());
        }
    }

    private Set<String> names() {
        return tokens.known().all().stream()
                .map(one -> one.caller().name())
                .collect(Collectors.toSet());
    }

    private void say() {
        String lost = audit.problem();
        auditStatus =
                lost.isEmpty()
                        ? auditStatus.toActive(clock.instant())
                        : auditStatus.toDegraded(
                                "the audit cannot be written: " + lost,
                                "make room or rights for " + audit.file(),
                                clock.instant());
        Gatekeeper judge = guard;
        if (judge != null) {
            reviewsStatus = reviewsStatus(judge.reviews());
        }
    }

    private Status reviewsStatus(Gatekeeper.ReviewFigures figures) {
        if (figures.doors() == ReviewRules.Doors.OFF) {
            return Status.skipped("security.kubernetes_tokens is off", reviewsStatus.since());
        }
        if (!figures.present()) {
            return reviewsStatus.toWaiting("the bundle kubernetes", clock.instant());
        }
        return figures.problem().isEmpty()
                ? reviewsStatus.toActive(clock.instant())
                : reviewsStatus.toDegraded(
                        "the API server cannot be asked about tokens: " + figures.problem(),
                        "bind the ClusterRole system:auth-delegator to this agent's account",
                        clock.instant());
    }
}
