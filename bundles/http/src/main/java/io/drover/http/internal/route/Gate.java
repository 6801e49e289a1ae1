package io.drover.http.internal.route;

import io.drover.api.http.Endpoint;
import io.drover.api.http.Method;
import io.drover.api.security.Attempt;
import io.drover.api.security.Audience;
import io.drover.api.security.Guard;
import io.drover.api.security.Ruling;
import io.drover.api.security.Use;
import java.util.List;
import java.util.Locale;
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
    private static final String DEBUG = "debug";

    private final Router router;
    private final Supplier<Optional<Guard>> guard;

    /**
     * @param guard empty while nobody can tell who may do what: then all is refused
     */
    public Gate(Router router, Supplier<Optional<Guard>> guard) {
        this.router = router;
        this.guard = guard;
    }

    /** Decides about one request. May block for as long as the guard does. */
    public Verdict judge(Asked asked) {
        List<String> segments = List.of();
        Verdict verdict;
        try {
            segments = RawPath.segments(asked.rawPath());
            verdict = resolve(asked, segments);
        } catch (RawPath.MalformedException e) {
            verdict = refuse(400, "path-malformed", e.getMessage());
        }
        if (!asked.guarded() || isPublic(asked.endpoint(), verdict)) {
            return verdict;
        }
        Optional<Guard> judge = guard.get();
        if (judge.isEmpty()) {
            return new Verdict.Refused(
                    503,
                    "guard-absent",
                    "tokens cannot be checked now",
                    Map.of("Retry-After", "1"),
                    true);
        }
        Ruling ruling = judge.get().judge(attempt(asked, verdict, segments));
        if (ruling instanceof Ruling.Admitted admitted) {
            return verdict instanceof Verdict.Admitted route
                    ? route.by(admitted.caller())
                    : verdict;
        }
        return refused((Ruling.Refused) ruling);
    }

    /** Whether what a request waited for is there: the guard, and the bundle of its route. */
    public boolean ready(Asked asked) {
        if (asked.guarded() && guard.get().isEmpty()) {
            return false;
        }
        try {
            return !(resolve(asked, RawPath.segments(asked.rawPath()))
                            instanceof Verdict.Admitted admitted)
                    || !admitted.source().gone();
        } catch (RawPath.MalformedException e) {
            return true;
        }
    }

    private Verdict resolve(Asked asked, List<String> segments) {
        Optional<Target> found = router.find(asked.endpoint(), segments);
        boolean hidden = segments.get(0).equals(DEBUG) && !asked.nearby();
        if (found.isEmpty() || hidden) {
            return refuse(404, "path-unknown", "there is nothing at this path");
        }
        Target target = found.get();
        for (Method served : target.methods()) {
            if (served.name().equals(asked.method().equals("HEAD") ? "GET" : asked.method())) {
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

    /** Of what is unknown, that nobody unknown may learn so. */
    private static Attempt attempt(Asked asked, Verdict verdict, List<String> segments) {
        return new Attempt(
                use(asked),
                verdict instanceof Verdict.Admitted admitted
                        ? admitted.route().audience()
                        : Audience.PUBLIC,
                asked.method().toLowerCase(Locale.ROOT),
                "/" + String.join("/", segments),
                asked.authorizations(),
                asked.source(),
                asked.peer());
    }

    private static Use use(Asked asked) {
        if (asked.endpoint() != Endpoint.API) {
            return Use.METRICS;
        }
        return asked.method().equals("GET") || asked.method().equals("HEAD")
                ? Use.READ
                : Use.CHANGE;
    }

    private static String allowed(Target target) {
        return target.methods().stream()
                .map(method -> method == Method.GET ? "GET, HEAD" : method.name())
                .collect(Collectors.joining(", "));
    }

    private static Verdict refused(Ruling.Refused ruling) {
        String why = "token-" + ruling.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
        Map<String, String> headers =
                switch (ruling.reason()) {
                    case ABSENT, MALFORMED -> Map.of("WWW-Authenticate", REALM);
                    case UNKNOWN, EXPIRED ->
                            Map.of("WWW-Authenticate", REALM + ", error=\"invalid_token\"");
                    case OUTSIDE ->
                            Map.of("WWW-Authenticate", REALM + ", error=\"insufficient_scope\"");
                    case BACK_OFF, UNAVAILABLE ->
                            ruling.retryAfter().isZero()
                                    ? Map.of()
                                    : Map.of("Retry-After", seconds(ruling));
                };
        int status =
                switch (ruling.reason()) {
                    case ABSENT, MALFORMED, UNKNOWN, EXPIRED -> 401;
                    case OUTSIDE -> 403;
                    case BACK_OFF -> 429;
                    case UNAVAILABLE -> 503;
                };
        return new Verdict.Refused(status, why, ruling.detail(), headers);
    }

    private static String seconds(Ruling.Refused ruling) {
        return Long.toString(Math.max(1, ruling.retryAfter().plusMillis(999).toSeconds()));
    }

    private static Verdict refuse(int status, String why, String detail) {
        return new Verdict.Refused(status, why, detail, Map.of());
    }
}
