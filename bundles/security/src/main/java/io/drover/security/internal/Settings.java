package io.drover.security.internal;

import io.drover.api.security.ClientTrust;
import io.drover.security.internal.audit.AuditLog;
import io.drover.security.internal.certificate.CertificateRules;
import io.drover.security.internal.certificate.PlacedCertificate;
import io.drover.security.internal.guard.ClientNames;
import io.drover.security.internal.guard.GuardRules;
import io.drover.security.internal.guard.ReviewRules;
import io.drover.security.internal.token.TokenRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The checked form of {@link SecurityConfig}.
 *
 * @param tokens how tokens are kept
 * @param certificates what is shown, and asked of clients
 * @param guard by what requests are judged
 * @param audit how much of the audit is kept
 * @param watchInterval between two looks at the files
 */
record Settings(
        TokenRules tokens,
        CertificateRules certificates,
        GuardRules guard,
        AuditLog.Limits audit,
        Duration watchInterval) {

    /**
     * Checks every key.
     *
     * @throws IllegalArgumentException naming each bad key, its rule and its value
     */
    static Settings from(SecurityConfig config) {
        Checks checks = new Checks();
        CertificateRules certificates = certificates(config, checks);
        GuardRules guard = guard(config, checks);
        checks.require(
                guard.clients().scopes().isEmpty()
                        || certificates.clientAuth() != ClientTrust.Mode.NONE,
                "security.client_names needs security.client_auth, which is none");
        Settings settings =
                new Settings(
                        tokens(config, checks),
                        certificates,
                        guard,
                        new AuditLog.Limits(
                                checks.range(
                                        "audit_file_max_bytes",
                                        config.audit_file_max_bytes(),
                                        4096,
                                        1 << 30),
                                checks.range("audit_files_max", config.audit_files_max(), 1, 100)),
                        Duration.ofMillis(
                                checks.range(
                                        "watch_interval_ms",
                                        config.watch_interval_ms(),
                                        100,
                                        60_000)));
        if (!checks.findings().isEmpty()) {
            throw new IllegalArgumentException(checks.findings());
        }
        return settings;
    }

    private static TokenRules tokens(SecurityConfig config, Checks checks) {
        return new TokenRules(
                checks.absolute("cluster_token_file", config.cluster_token_file()),
                checks.seconds(
                        "rotation_overlap_seconds", config.rotation_overlap_seconds(), 0, 604_800),
                checks.range("tokens_max", config.tokens_max(), 0, 1_024));
    }

    private static CertificateRules certificates(SecurityConfig config, Checks checks) {
        ClientTrust.Mode mode =
                checks.word("client_auth", config.client_auth(), ClientTrust.Mode.class);
        Optional<Path> clients = checks.absolute("client_ca_file", config.client_ca_file());
        checks.require(
                (mode == ClientTrust.Mode.NONE) == config.client_ca_file().isBlank(),
                "security.client_ca_file must be named if security.client_auth is optional or"
                        + " required, and only then; they are '%s' and '%s'"
                                .formatted(config.client_ca_file(), config.client_auth()));
        return new CertificateRules(
                Duration.ofDays(
                        checks.range("leaf_lifetime_days", config.leaf_lifetime_days(), 1, 397)),
                checks.names(config.extra_names()),
                placed(config, checks),
                Duration.ofDays(
                        checks.range("expiry_warning_days", config.expiry_warning_days(), 0, 365)),
                mode,
                clients,
                checks.absolute("cluster_ca_file", config.cluster_ca_file()));
    }

    private static Optional<PlacedCertificate.Files> placed(SecurityConfig config, Checks checks) {
        Optional<Path> certificate = checks.absolute("certificate_file", config.certificate_file());
        Optional<Path> key = checks.absolute("key_file", config.key_file());
        Optional<Path> authority = checks.absolute("ca_file", config.ca_file());
        checks.require(
                config.certificate_file().isBlank() == config.key_file().isBlank(),
                "security.certificate_file and security.key_file go together, are '%s' and '%s'"
                        .formatted(config.certificate_file(), config.key_file()));
        checks.require(
                config.ca_file().isBlank() || !config.certificate_file().isBlank(),
                "security.ca_file needs security.certificate_file, is '%s'"
                        .formatted(config.ca_file()));
        return certificate.isPresent() && key.isPresent()
                ? Optional.of(new PlacedCertificate.Files(certificate.get(), key.get(), authority))
                : Optional.empty();
    }

    private static GuardRules guard(SecurityConfig config, Checks checks) {
        return new GuardRules(
                checks.range("wrong_tokens_free", config.wrong_tokens_free(), 0, 10_000),
                checks.seconds("back_off_max_seconds", config.back_off_max_seconds(), 1, 3_600),
                checks.range("back_off_sources_max", config.back_off_sources_max(), 16, 1_000_000),
                new ReviewRules(
                        checks.word(
                                "kubernetes_tokens",
                                config.kubernetes_tokens(),
                                ReviewRules.Doors.class),
                        List.of(config.kubernetes_audiences()),
                        checks.seconds(
                                "kubernetes_admitted_seconds",
                                config.kubernetes_admitted_seconds(),
                                0,
                                3_600),
                        checks.seconds(
                                "kubernetes_refused_seconds",
                                config.kubernetes_refused_seconds(),
                                0,
                                3_600),
                        checks.range(
                                "kubernetes_answers_max",
                                config.kubernetes_answers_max(),
                                16,
                                100_000),
                        checks.range(
                                "kubernetes_reviews_max", config.kubernetes_reviews_max(), 1, 64)),
                new ClientNames(checks.clientNames(config.client_names())));
    }
}
