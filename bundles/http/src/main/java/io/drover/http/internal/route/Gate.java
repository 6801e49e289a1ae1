package io.drover.http.internal.route;

import io.drover.api.http.Endpoint;
import io.drover.api.http.Method;
import io.drover.api.http.Route;
import io.drover.api.security.Audience;
import io.drover.api.security.Caller;
import io.drover.api.security.Tokens;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The one check of each request. Where a token is asked for, it comes first: who has none learns
 * nothing, not even which paths exist. Any thread.
 */
public final class Gate {

    private static final String REALM = "Bearer realm=\"drover\"";

    private final Router router;
    private final Supplier<Optional<Tokens>> tokens;

    /**
     * @param tokens empty while nobody can tell who a token belongs to: then all is refused
     */
    public Gate(Router router, Supplier<Optional<Tokens>> tokens) {
        this.router = router;
        this.tokens = tokens;
    }

    /**
     * Decides about one request.
     *
     * @param secure whether it came over TLS. The metrics speak TLS as soon as somebody else than
     *     this host can reach them, and ask for a token then; the API does always
     * @param method as sent
     * @param rawPath as sent, without the query
     * @param authorizations the values of all {@code Authorization} headers
     */
    public Verdict judge(
            Endpoint endpoint,
            boolean secure,
            String method,
            String rawPath,
            List<String> authorizations) {
        boolean guarded = secure || endpoint == Endpoint.API;
        Verdict verdict = resolve(endpoint, method, rawPath);
        if (!guarded || isPublic(endpoint, verdict)) {
            return verdict;
        }
        Optional<Tokens> judge = tokens.get();
        if (judge.isEmpty()) {
            return refuse(503, "tokens-absent", "tokens cannot be checked now");
        }
        if (authorizations.size() != 1) {
            return unknown("token-missing", "one Authorization header with a bearer token", "");
        }
        Optional<Caller> caller = judge.get().callerOf(authorizations.get(0));
        if (caller.isEmpty()) {
            return unknown("token-unknown", "a valid bearer token", ", error=\"invalid_token\"");
        }
        if (verdict instanceof Verdict.Admitted admitted) {
            return admits(endpoint, admitted.route(), caller.get())
                    ? admitted.by(caller.get())
                    : outside(admitted.route());
        }
        return verdict;
    }

    private Verdict resolve(Endpoint endpoint, String method, String rawPath) {
        Optional<Target> found;
        try {
            found = router.find(endpoint, RawPath.segments(rawPath));
        } catch (RawPath.MalformedException e) {
            return refuse(400, "path-malformed", e.getMessage());
        }
        if (found.isEmpty()) {
            return refuse(404, "path-unknown", "there is nothing at this path");
        }
        Target target = found.get();
        for (Method served : target.methods()) {
            if (served.name().equals(method.equals("HEAD") ? "GET" : method)) {
                return new Verdict.Admitted(target, served, Optional.empty());
            }
        }
        return new Verdict.Refused(
                405,
                "method-unknown",
                "this path does not know this method",
                Map.of("Allow", allowed(target)));
    }

    private static boolean isPublic(Endpoint endpoint, Verdict verdict) {
        return endpoint == Endpoint.API
                && verdict instanceof Verdict.Admitted admitted
                && admitted.route().audience() == Audience.PUBLIC;
    }

    private static boolean admits(Endpoint endpoint, Route route, Caller caller) {
        return endpoint == Endpoint.METRICS
                ? caller.admittedTo(Audience.CLUSTER) || caller.admittedTo(Audience.LOCAL)
                : caller.admittedTo(route.audience());
    }

    private static String allowed(Target target) {
        return target.methods().stream()
                .map(method -> method == Method.GET ? "GET, HEAD" : method.name())
                .collect(Collectors.joining(", "));
    }

    private static Verdict unknown(String why, String needed, String error) {
        return new Verdict.Refused(
                401, why, "this needs " + needed, Map.of("WWW-Authenticate", REALM + error));
    }

    private static Verdict outside(Route route) {
        return new Verdict.Refused(
                403,
                "audience",
                "this token does not open " + route.method() + " " + route.path(),
                Map.of("WWW-Authenticate", REALM + ", error=\"insufficient_scope\""));
    }

    private static Verdict refuse(int status, String why, String detail) {
        return new Verdict.Refused(status, why, detail, Map.of());
    }
}
