package io.drover.security.internal;

import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.api.security.Ruling;
import io.drover.api.security.TlsIdentity;
import io.drover.security.internal.certificate.CertificateKeeper;
import io.drover.security.internal.guard.Gatekeeper;
import io.drover.security.internal.token.TokenKeeper;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;

/** The figures of {@link Security}. */
final class SecuritySeries implements MetricSource {

    private static final Family NOT_AFTER =
            Family.gauge(
                    "drover_tls_certificate_not_after_seconds",
                    "End of a certificate's validity, in seconds since 1970. Of several client"
                            + " authorities the one that ends first.",
                    "certificate");
    private static final Family RENEWALS =
            Family.counter(
                    "drover_tls_certificate_renewals_total",
                    "New certificates issued while running.");
    private static final Family TOKENS =
            Family.gauge(
                    "drover_security_tokens",
                    "Tokens that are known: those in force, those that a newer one has replaced,"
                            + " expired ones among both.",
                    "state");
    private static final Family ADMITTED =
            Family.counter(
                    "drover_security_admitted_total",
                    "Requests that were let in, by the name of their caller.",
                    "caller");
    private static final Family REFUSED =
            Family.counter(
                    "drover_security_refused_total", "Requests that were not let in.", "reason");
    private static final Family SOURCES =
            Family.gauge(
                    "drover_security_back_off_sources",
                    "Addresses remembered for the wrong tokens that came from them.");
    private static final Family BACK_OFFS =
            Family.counter(
                    "drover_security_back_offs_total",
                    "Waits imposed on an address after too many wrong tokens.");
    private static final Family FORGOTTEN =
            Family.counter(
                    "drover_security_back_off_forgotten_total",
                    "Addresses forgotten because security.back_off_sources_max were known.");
    private static final Family REVIEWS =
            Family.counter(
                    "drover_security_kubernetes_reviews_total",
                    "Questions to the API server about tokens of Kubernetes.");
    private static final Family REVIEW_ERRORS =
            Family.counter(
                    "drover_security_kubernetes_review_errors_total",
                    "Requests refused because the API server could not be asked.");
    private static final Family REVIEW_ANSWERS =
            Family.gauge(
                    "drover_security_kubernetes_answers",
                    "Answers of the API server that are remembered.");
    private static final Family AUDITED =
            Family.counter(
                    "drover_security_audit_lines_total", "Lines of the audit written to its file.");
    private static final Family AUDIT_LOST =
            Family.counter(
                    "drover_security_audit_lost_total",
                    "Lines of the audit that were lost: the file could not be written, or the"
                            + " queue was full.");

    private final Security security;

    SecuritySeries(Security security) {
        this.security = security;
    }

    @Override
    public List<Family> families() {
        return List.of(
                NOT_AFTER,
                RENEWALS,
                TOKENS,
                ADMITTED,
                REFUSED,
                SOURCES,
                BACK_OFFS,
                FORGOTTEN,
                REVIEWS,
                REVIEW_ERRORS,
                REVIEW_ANSWERS,
                AUDITED,
                AUDIT_LOST);
    }

    @Override
    public void collect(Samples out) {
        security.tokens().ifPresent(tokens -> collect(tokens, out));
        security.guard().ifPresent(guard -> collect(guard, out));
        security.certificates().ifPresent(certificates -> collect(certificates, out));
        out.add(AUDITED, security.audit().written());
        out.add(AUDIT_LOST, security.audit().lost());
    }

    private static void collect(TokenKeeper tokens, Samples out) {
        long replaced = tokens.known().all().stream().filter(one -> one.replaced()).count();
        out.add(TOKENS, tokens.known().all().size() - replaced, "in_force");
        out.add(TOKENS, replaced, "replaced");
    }

    private static void collect(Gatekeeper guard, Samples out) {
        guard.admitted().forEach((caller, count) -> out.add(ADMITTED, count.sum(), caller));
        for (Ruling.Reason reason : Ruling.Reason.values()) {
            out.add(
                    REFUSED,
                    guard.refused().get(reason).sum(),
                    reason.name().toLowerCase(Locale.ROOT));
        }
        Gatekeeper.BackOffFigures backOff = guard.backOff();
        out.add(SOURCES, backOff.sources());
        out.add(BACK_OFFS, backOff.begun());
        out.add(FORGOTTEN, backOff.forgotten());
        Gatekeeper.ReviewFigures reviews = guard.reviews();
        out.add(REVIEWS, reviews.asked());
        out.add(REVIEW_ERRORS, reviews.failed());
        out.add(REVIEW_ANSWERS, reviews.remembered());
    }

    private static void collect(CertificateKeeper certificates, Samples out) {
        TlsIdentity shown = certificates.shown().current();
        out.add(NOT_AFTER, seconds(certificates.leaf()), "leaf");
        out.add(NOT_AFTER, seconds(shown.authority()), "authority");
        shown.clients().authorities().stream()
                .mapToDouble(SecuritySeries::seconds)
                .min()
                .ifPresent(first -> out.add(NOT_AFTER, first, "client_authority"));
        out.add(RENEWALS, certificates.renewals());
    }

    private static double seconds(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant().getEpochSecond();
    }
}
