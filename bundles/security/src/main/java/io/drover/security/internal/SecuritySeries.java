package io.drover.security.internal;

import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import java.time.Instant;
import java.util.List;

/** The figures of {@link Security}. */
final class SecuritySeries implements MetricSource {

    private static final Family NOT_AFTER =
            Family.gauge(
                    "drover_tls_certificate_not_after_seconds",
                    "End of a certificate's validity, in seconds since 1970.",
                    "certificate");
    private static final Family RENEWALS =
            Family.counter(
                    "drover_tls_certificate_renewals_total",
                    "New certificates issued while running.");
    private static final Family ADMITTED =
            Family.counter(
                    "drover_security_admitted_total",
                    "Checks of a token that found its caller.",
                    "caller");
    private static final Family REFUSED =
            Family.counter(
                    "drover_security_refused_total",
                    "Checks of a token that found no caller.",
                    "reason");

    private final Security security;

    SecuritySeries(Security security) {
        this.security = security;
    }

    @Override
    public List<Family> families() {
        return List.of(NOT_AFTER, RENEWALS, ADMITTED, REFUSED);
    }

    @Override
    public void collect(Samples out) {
        security.tokens().ifPresent(tokens -> collect(tokens, out));
        security.certificates().ifPresent(certificates -> collect(certificates, out));
    }

    private static void collect(KnownTokens tokens, Samples out) {
        tokens.admitted().forEach((caller, count) -> out.add(ADMITTED, count.sum(), caller));
        out.add(REFUSED, tokens.absent(), "absent");
        out.add(REFUSED, tokens.malformed(), "malformed");
        out.add(REFUSED, tokens.unknown(), "unknown");
    }

    private static void collect(CertificateKeeper certificates, Samples out) {
        out.add(NOT_AFTER, seconds(certificates.leaf().end()), "leaf");
        out.add(NOT_AFTER, seconds(certificates.authority().end()), "authority");
        out.add(RENEWALS, certificates.renewals());
    }

    private static double seconds(Instant instant) {
        return instant.getEpochSecond();
    }
}
