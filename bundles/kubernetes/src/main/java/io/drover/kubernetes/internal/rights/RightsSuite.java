package io.drover.kubernetes.internal.rights;

import io.drover.api.diagnosis.Check;
import io.drover.api.diagnosis.Suite;
import io.drover.api.kubernetes.Cluster;
import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.Reviews;
import io.drover.api.kubernetes.Reviews.ResourceAccess;
import io.drover.api.kubernetes.Right;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Asks the API server whether the agent may do what its features need. One request for each verb
 * and resource, within the agent's own limit of requests.
 */
final class RightsSuite implements Suite {

    private final Supplier<List<Right>> rights;
    private final Supplier<Cluster.View> view;
    private final Reviews reviews;

    RightsSuite(Supplier<List<Right>> rights, Supplier<Cluster.View> view, Reviews reviews) {
        this.rights = rights;
        this.view = view;
        this.reviews = reviews;
    }

    @Override
    public String name() {
        return "rights";
    }

    @Override
    public String about() {
        return "whether the API server lets the agent do what its features need";
    }

    @Override
    public List<Check> run() {
        Cluster.View cluster = view.get();
        if (!cluster.configured()) {
            return List.of(Check.skipped("rights", "no cluster is configured"));
        }
        List<Check> checks = new ArrayList<>();
        for (Right right : rights.get()) {
            try {
                checks.add(check(right, cluster.namespace()));
            } catch (ClusterException e) {
                checks.add(Check.fail(name(right), "cannot be asked: " + e.getMessage(), "", ""));
                return checks; // the others would wait as long
            }
        }
        return checks;
    }

    private Check check(Right right, String home) throws ClusterException {
        List<String> missing = new ArrayList<>();
        boolean seldom = true;
        for (String resource : right.resources()) {
            for (String verb : right.verbs()) {
                if (!allowed(right, verb, resource, home)) {
                    missing.add(verb + " " + resource);
                    seldom &= right.seldom().contains(verb);
                }
            }
        }
        if (missing.isEmpty()) {
            return Check.pass(
                    name(right),
                    "may " + String.join(", ", right.verbs()) + "; for " + right.why());
        }
        String finding = "may not " + String.join(", ", missing) + "; for " + right.why();
        String command = "./drover rbac " + right.feature() + " | kubectl apply -f -";
        return seldom
                ? Check.warn(
                        name(right), finding + " It is needed " + right.when(), "allow it", command)
                : Check.fail(name(right), finding, "allow it", command);
    }

    private boolean allowed(Right right, String verb, String resource, String home)
            throws ClusterException {
        String[] parts = resource.split("/", 2);
        String namespace = right.namespace().equals(Right.OWN) ? home : right.namespace();
        List<String> names = right.names().isEmpty() ? List.of("") : right.names();
        for (String name : names) {
            ResourceAccess access =
                    new ResourceAccess(
                            verb,
                            right.group(),
                            parts[0],
                            parts.length > 1 ? parts[1] : "",
                            namespace,
                            name);
            if (!reviews.reviewSelf(access).allowed()) {
                return false;
            }
        }
        return true;
    }

    private static String name(Right right) {
        return right.feature() + ": " + String.join(", ", right.resources());
    }
}
