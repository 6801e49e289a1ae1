package io.drover.kubernetes.internal.client;

import static io.drover.api.kubernetes.KubeObject.map;
import static io.drover.api.kubernetes.KubeObject.text;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.Reviews;
import io.drover.api.kubernetes.Right;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The service {@link Reviews} over one {@link Connection}. Any thread. */
public final class ApiReviews implements Reviews {

    private static final String TOKENS = "/apis/authentication.k8s.io/v1/tokenreviews";
    private static final String AUTHORIZATION = "authorization.k8s.io/v1";
    private static final String ACCESSES = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    private static final String OWN = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

    /** What these questions need. */
    public static final List<Right> RIGHTS =
            List.of(
                    toCreate("authentication.k8s.io", "tokenreviews"),
                    toCreate("authorization.k8s.io", "subjectaccessreviews"));

    private final Connection connection;
    private final Duration timeout;

    public ApiReviews(Connection connection, Duration timeout) {
        this.connection = connection;
        this.timeout = timeout;
    }

    @Override
    public Optional<User> authenticate(String token, List<String> audiences)
            throws ClusterException {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("token", token);
        if (!audiences.isEmpty()) {
            spec.put("audiences", audiences);
        }
        Map<String, Object> status = ask(TOKENS, "authentication.k8s.io/v1", "TokenReview", spec);
        if (!Boolean.TRUE.equals(status.get("authenticated")) || !meant(status, audiences)) {
            return Optional.empty();
        }
        Map<String, Object> user = map(status, "user");
        Map<String, List<String>> extra = new LinkedHashMap<>();
        map(user, "extra").forEach((name, values) -> extra.put(name, strings(values)));
        return Optional.of(
                new User(
                        text(user, "username"),
                        text(user, "uid"),
                        strings(user.get("groups")),
                        extra));
    }

    @Override
    public Verdict review(User user, Access access) throws ClusterException {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("user", user.name());
        spec.put("uid", user.uid());
        spec.put("groups", user.groups());
        spec.put("extra", user.extra());
        spec.putAll(attributes(access));
        return verdict(ask(ACCESSES, AUTHORIZATION, "SubjectAccessReview", spec));
    }

    @Override
    public Verdict reviewSelf(Access access) throws ClusterException {
        return verdict(ask(OWN, AUTHORIZATION, "SelfSubjectAccessReview", attributes(access)));
    }

    private static Right toCreate(String group, String resource) {
        return Right.to(
                List.of("create"),
                group,
                List.of(resource),
                "reviews",
                "whether a caller's token is valid and what its owner may do,"
                        + " where a listener lets the API server decide.");
    }

    private static Map<String, Object> attributes(Access access) {
        if (access instanceof PathAccess path) {
            return Map.of(
                    "nonResourceAttributes", Map.of("path", path.path(), "verb", path.verb()));
        }
        ResourceAccess resource = (ResourceAccess) access;
        return Map.of(
                "resourceAttributes",
                Map.of(
                        "verb", resource.verb(),
                        "group", resource.group(),
                        "resource", resource.resource(),
                        "subresource", resource.subresource(),
                        "namespace", resource.namespace(),
                        "name", resource.name()));
    }

    private static Verdict verdict(Map<String, Object> status) {
        boolean allowed =
                Boolean.TRUE.equals(status.get("allowed"))
                        && !Boolean.TRUE.equals(status.get("denied"));
        return new Verdict(allowed, text(status, "reason"));
    }

    /** An authenticator that knows no audiences says none: then the token is for nobody of them. */
    private static boolean meant(Map<String, Object> status, List<String> audiences) {
        return audiences.isEmpty()
                || strings(status.get("audiences")).stream().anyMatch(audiences::contains);
    }

    private Map<String, Object> ask(
            String path, String apiVersion, String kind, Map<String, Object> spec)
            throws ClusterException {
        Map<String, Object> review = new LinkedHashMap<>();
        review.put("apiVersion", apiVersion);
        review.put("kind", kind);
        review.put("spec", spec);
        Map<String, Object> answer =
                connection
                        .require()
                        .writes()
                        .send("POST", path, ApiCalls.JSON, review, timeout, () -> {});
        return map(answer, "status");
    }

    private static List<String> strings(Object value) {
        return value instanceof List<?> list
                ? list.stream().filter(String.class::isInstance).map(String.class::cast).toList()
                : List.of();
    }
}
