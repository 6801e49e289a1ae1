package io.drover.security.internal;

import io.drover.api.diagnosis.Check;
import io.drover.api.diagnosis.Suite;
import io.drover.api.security.ClientTrust;
import io.drover.api.security.TlsIdentity;
import io.drover.api.status.Status;
import io.drover.security.internal.certificate.CertificateKeeper;
import io.drover.security.internal.certificate.Fingerprint;
import io.drover.security.internal.certificate.HostNames;
import io.drover.security.internal.certificate.LeafFiles;
import io.drover.security.internal.certificate.Pairs;
import io.drover.security.internal.certificate.SubjectName;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The suite {@code certificates}: what clients will find, and what tokens there are. */
final class CertificatesSuite implements Suite {

    private static final Duration SOON = Duration.ofDays(14);

    private final Security security;
    private final Clock clock;

    CertificatesSuite(Security security, Clock clock) {
        this.security = security;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "certificates";
    }

    @Override
    public String about() {
        return "whether clients can trust the certificate, and whether tokens can be read";
    }

    @Override
    public List<Check> run() {
        List<Check> checks = new ArrayList<>();
        checks.add(files("token files", security.steps().get(0).status()));
        checks.add(files("certificate files", security.steps().get(1).status()));
        security.certificates().ifPresent(keeper -> look(keeper, checks));
        return checks;
    }

    private void look(CertificateKeeper keeper, List<Check> checks) {
        TlsIdentity shown = keeper.shown().current();
        X509Certificate leaf = keeper.leaf();
        checks.add(validity("certificate", leaf, keeper.renewal().isPresent()));
        checks.add(validity("authority", shown.authority(), false));
        checks.add(chain(shown));
        checks.add(names(leaf));
        if (shown.clients().mode() == ClientTrust.Mode.NONE) {
            checks.add(Check.skipped("client certificates", "security.client_auth is none"));
        }
        for (X509Certificate each : shown.clients().authorities()) {
            checks.add(validity("client authority", each, false));
        }
    }

    private static Check files(String name, Status status) {
        return switch (status.state()) {
            case ACTIVE -> Check.pass(name, "they are sound and only this user can write them");
            case FAILED -> Check.fail(name, status.reason(), status.remedy(), "");
            default -> Check.warn(name, status.reason(), status.remedy(), "");
        };
    }

    private Check validity(String name, X509Certificate certificate, boolean renewed) {
        Instant now = clock.instant();
        Instant end = certificate.getNotAfter().toInstant();
        String facts = "valid until %s, sha256 %s".formatted(end, Fingerprint.of(certificate));
        if (now.isBefore(certificate.getNotBefore().toInstant())) {
            return Check.fail(
                    name,
                    "not valid before " + certificate.getNotBefore().toInstant(),
                    "set this host's clock, or replace it",
                    "");
        }
        if (!now.isBefore(end)) {
            return Check.fail(name, "has ended on " + end, "replace it", "");
        }
        return !renewed && now.plus(SOON).isAfter(end)
                ? Check.warn(name, facts, "replace it before then", "")
                : Check.pass(name, facts);
    }

    private static Check chain(TlsIdentity shown) {
        String name = "key and issuers";
        try {
            if (!Pairs.fit(shown.key(), shown.chain().get(0).getPublicKey())) {
                return Check.fail(name, "the key does not fit", "replace both files", "");
            }
            X509Certificate last = shown.chain().get(shown.chain().size() - 1);
            last.verify(shown.authority().getPublicKey());
            return Check.pass(name, "the key fits, and the authority has issued the certificate");
        } catch (GeneralSecurityException e) {
            return Check.fail(
                    name,
                    "%s was not issued by %s"
                            .formatted(
                                    shown.chain().get(0).getSubjectX500Principal(),
                                    shown.authority().getSubjectX500Principal()),
                    "name the right authority in security.ca_file, or put the issuers that are"
                            + " missing into security.certificate_file",
                    "");
        }
    }

    private static Check names(X509Certificate leaf) {
        String name = "names";
        try {
            Set<SubjectName> has = LeafFiles.namesOf(leaf);
            List<String> missing =
                    HostNames.with(Set.of()).stream()
                            .filter(one -> !has.contains(one))
                            .map(SubjectName::text)
                            .toList();
            String text = String.join(", ", has.stream().map(SubjectName::text).sorted().toList());
            return missing.isEmpty()
                    ? Check.pass(name, "valid for " + text)
                    : Check.warn(
                            name,
                            "valid for %s, but not for %s"
                                    .formatted(text, String.join(", ", missing)),
                            "clients must use one of its names; else have one issued for all",
                            "");
        } catch (GeneralSecurityException e) {
            return Check.fail(name, "they cannot be read", "replace the certificate", "");
        }
    }
}
