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
import io.drover.security.internal.token.Scopes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Tokens by the API. A new one is in the answer once, and nowhere later. */
final class TokenRoutes implements Routes {

    private static final String TOKENS = "/api/v1/tokens";
    private static final Duration OVERLAP = Duration.ofMinutes(5);
    private static final String DURATION = "a number and a unit: 90s, 15m, 12h, 30d";
    private static final String SCOPE = "(admin|read|metrics|grpc)";
    private static final Schema ENTRY =
            Schema.object()
                    .with("name", Schema.text())
                    .with("fingerprint", Schema.text())
                    .with("scopes", Schema.list(Schema.words("admin", "read", "metrics", "grpc")))
                    .with("created", Schema.instant().orNull())
                    .with("expires", Schema.instant().orNull())
                    .with("replaced", Schema.bool());

    private final TokenStore tokens;

    TokenRoutes(TokenStore tokens) {
        this.tokens = tokens;
    }

    @Override
    public List<Route> routes() {
        Schema issued = ENTRY.with("token", Schema.text());
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
                                        entry.expires().map(TokenRoutes::whole).orElse("never"),
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
                .field("scopes", entry.scopes().stream().sorted().map(TokenRoutes::word).toList())
                .field("created", entry.created().orElse(null))
                .field("expires", entry.expires().orElse(null))
                .field("replaced", entry.replaced());
    }

    private static String opens(TokenStore.Entry entry) {
        String opens =
                switch (entry.name()) {
                    case TokenStore.LOCAL -> "everything";
                    case TokenStore.CLUSTER -> "what is for other agents";
                    default ->
                            entry.scopes().stream()
                                    .sorted()
                                    .map(TokenRoutes::word)
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
