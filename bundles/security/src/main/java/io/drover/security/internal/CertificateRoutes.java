package io.drover.security.internal;

import io.drover.api.http.Json;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.http.Schema;
import io.drover.api.security.Audience;
import io.drover.security.internal.certificate.CertificateKeeper;
import io.drover.security.internal.certificate.Fingerprint;
import io.drover.security.internal.certificate.SubjectName;
import io.drover.security.internal.file.UnsafeException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Certificates by the API: fingerprints, never keys. */
final class CertificateRoutes implements Routes {

    private static final Schema CERTIFICATE =
            Schema.object()
                    .with("subject", Schema.text())
                    .with("issuer", Schema.text())
                    .with("sha256", Schema.text())
                    .with("not_before", Schema.instant())
                    .with("not_after", Schema.instant())
                    .with("names", Schema.list(Schema.text()));

    private final CertificatesStep certificates;

    CertificateRoutes(CertificatesStep certificates) {
        this.certificates = certificates;
    }

    @Override
    public List<Route> routes() {
        Schema shown =
                Schema.object()
                        .with("certificate", CERTIFICATE)
                        .with("authority", CERTIFICATE)
                        .with("renewal", Schema.instant().orNull())
                        .with("client_auth", Schema.words("none", "optional", "required"))
                        .with("client_authorities", Schema.list(CERTIFICATE));
        return List.of(
                Route.get(
                                "/api/v1/certificates",
                                Audience.LOCAL,
                                "The certificate that is shown, who issued it, who may come.",
                                this::certificates)
                        .answering(shown)
                        .answering(200, "text/plain", Schema.text()),
                Route.post(
                                "/api/v1/certificates/renew",
                                Audience.ADMIN,
                                "Issues a new certificate by our own authority, at once.",
                                this::renew)
                        .answering(shown)
                        .answering(200, "text/plain", Schema.text()));
    }

    private Reply certificates(Request request) throws ProblemException {
        CertificateKeeper keeper =
                certificates
                        .keeper()
                        .orElseThrow(() -> ProblemException.unavailable("no certificate is shown"));
        var shown = keeper.shown().current();
        if (wantsText(request)) {
            return Reply.text(
                    text("certificate", keeper.leaf())
                            + text("authority", shown.authority())
                            + keeper.renewal().map(at -> "renewal      " + at + "\n").orElse("")
                            + "client_auth  "
                            + word(shown.clients().mode())
                            + "\n");
        }
        return Reply.json(
                json -> {
                    certificate(json.object().name("certificate"), keeper.leaf());
                    certificate(json.name("authority"), shown.authority());
                    json.field("renewal", keeper.renewal().orElse(null));
                    json.field("client_auth", word(shown.clients().mode()));
                    json.name("client_authorities").array();
                    for (X509Certificate each : shown.clients().authorities()) {
                        certificate(json, each);
                    }
                    json.end().end();
                });
    }

    private Reply renew(Request request) throws ProblemException {
        try {
            certificates.renewNow();
        } catch (UnsafeException e) {
            throw new ProblemException(409, e.getMessage() + "; " + e.remedy(), Map.of());
        } catch (IOException | GeneralSecurityException e) {
            throw new ProblemException(
                    500, "no certificate was issued: " + UnsafeException.reason(e), Map.of());
        }
        return certificates(request);
    }

    private static void certificate(Json json, X509Certificate certificate) throws IOException {
        json.object()
                .field("subject", certificate.getSubjectX500Principal().getName())
                .field("issuer", certificate.getIssuerX500Principal().getName())
                .field("sha256", Fingerprint.of(certificate))
                .field("not_before", certificate.getNotBefore().toInstant())
                .field("not_after", certificate.getNotAfter().toInstant())
                .field("names", names(certificate))
                .end();
    }

    private static String text(String what, X509Certificate certificate) {
        return "%-12s %s%n%-12s sha256 %s%n%-12s until %s%s%n"
                .formatted(
                        what,
                        certificate.getSubjectX500Principal().getName(),
                        "",
                        Fingerprint.of(certificate),
                        "",
                        certificate.getNotAfter().toInstant(),
                        names(certificate).isEmpty()
                                ? ""
                                : ", for " + String.join(", ", names(certificate)));
    }

    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> entries = certificate.getSubjectAlternativeNames();
            if (entries != null) {
                entries.forEach(entry -> names.add(String.valueOf(entry.get(1))));
            }
        } catch (CertificateParsingException e) {
            names.add("unreadable");
        }
        return names.stream()
                .map(name -> SubjectName.parse(name).map(SubjectName::text).orElse(name))
                .toList();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static boolean wantsText(Request request) {
        return request.header("Accept")
                .map(accept -> accept.startsWith("text/plain"))
                .orElse(false);
    }
}
