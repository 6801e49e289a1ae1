package io.drover.security.internal;

import io.drover.api.http.Json;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.http.Route.Parameter;
import io.drover.api.http.Routes;
import io.drover.api.http.Schema;
import io.drover.api.security.Audience;
import io.drover.api.security.Scope;
import io.drover.api.security.TokenException;
import io.drover.api.security.TokenStore;
import io.drover.security.internal.certificate.CertificateKeeper;
import io.drover.security.internal.certificate.Fingerprint;
import io.drover.security.internal.certificate.SubjectName;
import io.drover.security.internal.file.UnsafeException;
import io.drover.security.internal.token.Scopes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Tokens and certificates by the API. A new token is in the answer once, and nowhere later. */
final class SecurityRoutes implements Routes {

    private static final String TOKENS = "/api/v1/tokens";
    private static final Duration OVERLAP = Duration.ofMinutes(5);
    private static final String DURATION = "a number and a unit: 90s, 15m, 12h, 30d";
    private static final Schema ENTRY =
            Schema.object()
                    .with("name", Schema.text())
                    .with("fingerprint", Schema.text())
                    .with("scopes", Schema.list(Schema.words("admin", "read", "metrics", "grpc")))
                    .with("created", Schema.instant().orNull())
                    .with("expires", Schema.instant().orNull())
                    .with("replaced", Schema.bool());
    private static final Schema CERTIFICATE =
            Schema.object()
                    .with("subject", Schema.text())
                    .with("issuer", Schema.text())
                    .with("sha256", Schema.text())
                    .with("not_before", Schema.instant())
                    .with("not_after", Schema.instant())
                    .with("names", Schema.list(Schema.text()));

    private static final String SCOPE = "(admin|read|metrics|grpc)";

    private final TokenStore tokens;
    private final CertificatesStep certificates;

    SecurityRoutes(TokenStore tokens, CertificatesStep certificates) {
        this.tokens = tokens;
        this.certificates = certificates;
    }

    @Override
    public List<Route> routes() {
        Schema issued = ENTRY.with("token", Schema.text());
        Schema shown =
                Schema.object()
                        .with("certificate", CERTIFICATE)
                        .with("authority", CERTIFICATE)
                        .with("renewal", Schema.instant().orNull())
                        .with("client_auth", Schema.words("none", "optional", "required"))
                        .with("client_authorities", Schema.list(CERTIFICATE));
        return List.of(
                Route.get(
                                TOKENS,
                                Audience.ADMIN,
                                "Every token that is known, by name and fingerprint.",
                                this::list)
                        .answering(Schema.object().with("tokens", Schema.list(ENTRY)))
                        .answering(200, "text/plain", Schema.text()),
                Route.post(
                                TOKENS,
                                Audience.ADMIN,
                                "Makes a token with scopes; the answer holds it, this once.",
                                this::create,
                                new Parameter(
                                        "name",
                                        "Its name, unique; needed.",
                                        like("[a-z0-9][a-z0-9._-]{0,62}")),
                                new Parameter(
                                        "scope",
                                        "What it opens, separated by commas; needed: "
                                                + Scopes.ALL
                                                + ".",
                                        like(SCOPE + "(," + SCOPE + ")*")),
                                new Parameter(
                                        "life",
                                        "Until it expires, " + DURATION + "; no end without.",
                                        like("[1-9][0-9]{0,2}[smhd]")))
                        .answering(201, issued)
                        .answering(201, "text/plain", Schema.text()),
                Route.post(
                                TOKENS + "/{name}/revoke",
                                Audience.ADMIN,
                                "Takes a token back, at once.",
                                this::revoke)
                        .answering(Schema.object().with("revoked", Schema.text()))
                        .answering(200, "text/plain", Schema.text()),
                Route.post(
                                TOKENS + "/{name}/rotate",
                                Audience.ADMIN,
                                "Replaces a token; local and cluster lie in their files then.",
                                this::rotate,
                                new Parameter(
                                        "overlap",
                                        "How long the old one holds, " + DURATION + "; 5m without.",
                                        like("([0-9]{1,5}s|[0-9]{1,4}m|[0-9]{1,2}h|[0-7]d)")))
                        .answering(issued)
                        .answering(200, "text/plain", Schema.text()),
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

    private static Schema like(String pattern) {
        return Schema.text().plus("pattern", "^" + pattern + "$");
    }

    private Reply list(Request request) {
        List<TokenStore.Entry> entries = tokens.tokens();
        if (wantsText(request)) {
            StringBuilder text = new StringBuilder();
            text.append(
                    "%-24s %-12s  %-20s  %s%n"
                            .formatted("NAME", "FINGERPRINT", "EXPIRES", "OPENS"));
            for (TokenStore.Entry entry : entries) {
                text.append(
                        "%-24s %-12s  %-20s  %s%n"
                                .formatted(
                                        entry.name(),
                                        entry.fingerprint(),
                                        entry.expires().map(SecurityRoutes::whole).orElse("never"),
                                        opens(entry)));
            }
            return Reply.text(text.toString());
        }
        return Reply.json(
                json -> {
                    json.object().name("tokens").array();
                    for (TokenStore.Entry entry : entries) {
                        entry(json.object(), entry);
                        json.end();
                    }
                    json.end().end();
                });
    }

    private Reply create(Request request) throws ProblemException {
        String name = required(request, "name");
        Set<Scope> scopes = scopes(required(request, "scope"));
        Optional<String> life = request.query("life");
        try {
            TokenStore.Issued issued =
                    tokens.create(
                            name,
                            scopes,
                            life.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(duration("life", life.get())));
            return issued(request, 201, issued);
        } catch (TokenException e) {
            throw problem(e);
        }
    }

    private Reply revoke(Request request) throws ProblemException {
        String name = request.path("name");
        try {
            tokens.revoke(name);
        } catch (TokenException e) {
            throw problem(e);
        }
        return wantsText(request)
                ? Reply.text("token '" + name + "' is taken back\n")
                : Reply.json(json -> json.object().field("revoked", name).end());
    }

    private Reply rotate(Request request) throws ProblemException {
        Optional<String> overlap = request.query("overlap");
        Duration holds = overlap.isEmpty() ? OVERLAP : duration("overlap", overlap.get());
        try {
            return issued(request, 200, tokens.rotate(request.path("name"), holds));
        } catch (TokenException e) {
            throw problem(e);
        }
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

    private static Reply issued(Request request, int status, TokenStore.Issued issued) {
        Map<String, String> secret = Map.of("Cache-Control", "no-store");
        if (wantsText(request)) {
            byte[] line = (issued.token() + "\n").getBytes(StandardCharsets.US_ASCII);
            return new Reply(status, "text/plain; charset=utf-8", secret, out -> out.write(line));
        }
        Reply plain =
                Reply.json(
                        status,
                        json ->
                                entry(json.object(), issued.entry())
                                        .field("token", issued.token())
                                        .end());
        return new Reply(plain.status(), plain.contentType(), secret, plain.body());
    }

    private static Json entry(Json json, TokenStore.Entry entry) throws IOException {
        return json.field("name", entry.name())
                .field("fingerprint", entry.fingerprint())
                .field(
                        "scopes",
                        entry.scopes().stream().sorted().map(SecurityRoutes::word).toList())
                .field("created", entry.created().orElse(null))
                .field("expires", entry.expires().orElse(null))
                .field("replaced", entry.replaced());
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

    private static String opens(TokenStore.Entry entry) {
        String opens =
                switch (entry.name()) {
                    case TokenStore.LOCAL -> "everything";
                    case TokenStore.CLUSTER -> "what is for other agents";
                    default ->
                            entry.scopes().stream()
                                    .sorted()
                                    .map(SecurityRoutes::word)
                                    .collect(Collectors.joining(", "));
                };
        return entry.replaced() ? opens + " (replaced)" : opens;
    }

    private static String required(Request request, String name) throws ProblemException {
        return request.query(name)
                .filter(value -> !value.isBlank())
                .orElseThrow(
                        () -> ProblemException.badRequest("the parameter " + name + " is missing"));
    }

    private static Set<Scope> scopes(String text) throws ProblemException {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String word : text.split(",", -1)) {
            scopes.add(
                    Scopes.parse(word.strip())
                            .orElseThrow(
                                    () ->
                                            ProblemException.badRequest(
                                                    "scope must be of %s, has '%s'"
                                                            .formatted(Scopes.ALL, word))));
        }
        return scopes;
    }

    /** A number and a unit, as people write it. */
    static Duration duration(String name, String text) throws ProblemException {
        if (text.matches("\\d{1,9}[smhd]")) {
            long number = Long.parseLong(text.substring(0, text.length() - 1));
            return switch (text.charAt(text.length() - 1)) {
                case 's' -> Duration.ofSeconds(number);
                case 'm' -> Duration.ofMinutes(number);
                case 'h' -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
        }
        throw ProblemException.badRequest("%s must be %s, is '%s'".formatted(name, DURATION, text));
    }

    private static ProblemException problem(TokenException e) {
        int status =
                switch (e.kind()) {
                    case INVALID -> 400;
                    case UNKNOWN -> 404;
                    case CONFLICT -> 409;
                    case FAILED -> 500;
                };
        return new ProblemException(status, e.getMessage(), Map.of());
    }

    private static String whole(Instant instant) {
        return Instant.ofEpochSecond(instant.getEpochSecond()).toString();
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
