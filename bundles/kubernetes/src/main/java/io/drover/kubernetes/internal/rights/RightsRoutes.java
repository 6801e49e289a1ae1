package io.drover.kubernetes.internal.rights;

import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.http.Schema;
import io.drover.api.kubernetes.Right;
import io.drover.api.security.Audience;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Answers {@code GET /api/v1/kubernetes/rbac}: what this agent must be allowed to. */
final class RightsRoutes {

    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final String USUAL_NAMESPACE = "drover";

    private static final Schema TEXTS = Schema.list(Schema.text());
    private static final Schema RIGHT =
            Schema.object()
                    .with("feature", Schema.text())
                    .with("namespace", Schema.text())
                    .with("group", Schema.text())
                    .with("resources", TEXTS)
                    .with("names", TEXTS)
                    .with("verbs", TEXTS)
                    .with("why", Schema.text())
                    .with("seldom", TEXTS)
                    .with("when", Schema.text());

    private final Supplier<List<Right>> rights;

    RightsRoutes(Supplier<List<Right>> rights) {
        this.rights = rights;
    }

    List<Route> routes() {
        return List.of(
                Route.get(
                                "/api/v1/kubernetes/rbac",
                                Audience.LOCAL,
                                "What the agent, as it is configured, must be allowed to on the API server.",
                                this::answer,
                                new Route.Parameter(
                                        "feature", "One feature alone; all when it is absent."),
                                new Route.Parameter(
                                        "namespace",
                                        "In which the agent runs; "
                                                + USUAL_NAMESPACE
                                                + " when it is absent."))
                        .answering(Schema.object().with("rights", Schema.list(RIGHT)))
                        .answering(200, "text/yaml", Schema.text()));
    }

    private Reply answer(Request request) throws ProblemException {
        String feature = request.query("feature").orElse("");
        String namespace = request.query("namespace").orElse(USUAL_NAMESPACE);
        if (!NAMESPACE.matcher(namespace).matches()) {
            throw ProblemException.badRequest(
                    "namespace: must be a DNS label (RFC 1123), but is " + namespace);
        }
        List<Right> wanted =
                rights.get().stream()
                        .filter(right -> feature.isEmpty() || right.feature().equals(feature))
                        .sorted(Comparator.comparing(Right::feature)) // stable: else as declared
                        .toList();
        if (wanted.isEmpty()) {
            throw ProblemException.notFound(
                    "no feature named " + feature + "; there are: " + features());
        }
        if (!request.header("Accept").orElse("").startsWith("text/")) {
            return Reply.json(
                    json -> {
                        json.object().name("rights").array();
                        for (Right right : wanted) {
                            json.object()
                                    .field("feature", right.feature())
                                    .field("namespace", right.namespace())
                                    .field("group", right.group())
                                    .field("resources", right.resources())
                                    .field("names", right.names())
                                    .field("verbs", right.verbs())
                                    .field("why", right.why())
                                    .field("seldom", right.seldom())
                                    .field("when", right.when())
                                    .end();
                        }
                        json.end().end();
                    });
        }
        byte[] yaml =
                (feature.isEmpty()
                                ? Manifest.whole(wanted, namespace)
                                : Manifest.part(feature, wanted, namespace))
                        .getBytes(StandardCharsets.UTF_8);
        return new Reply(200, "text/yaml; charset=utf-8", Map.of(), out -> out.write(yaml));
    }

    private String features() {
        return String.join(
                ", ", rights.get().stream().map(Right::feature).distinct().sorted().toList());
    }
}
