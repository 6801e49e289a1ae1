package io.drover.api.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Asks the API server who a token belongs to and what somebody may do, as kube-rbac-proxy and the
 * kubelet do. Any thread; blocks for one request, at most for the configured request time-out.
 * Nothing is remembered here: how long an answer holds is a rule of the caller's.
 *
 * <p>Needs {@code create} on {@code tokenreviews.authentication.k8s.io} and {@code
 * subjectaccessreviews.authorization.k8s.io} (the ClusterRole {@code system:auth-delegator}); it is
 * {@link ClusterException.Cause#FORBIDDEN} without. On any exception the caller must refuse.
 */
public interface Reviews {

    /**
     * Who a bearer token belongs to (TokenReview, {@code authentication.k8s.io/v1}). The token goes
     * to the API server and nowhere else.
     *
     * @param token without {@code Bearer}
     * @param audiences for which it must have been issued; empty for those of the API server
     * @return empty when it is not valid, or for none of the audiences
     */
    Optional<User> authenticate(String token, List<String> audiences) throws ClusterException;

    /** Whether somebody may do something (SubjectAccessReview, {@code authorization.k8s.io/v1}). */
    Verdict review(User user, Access access) throws ClusterException;

    /**
     * Whether the agent itself may do something (SelfSubjectAccessReview, {@code
     * authorization.k8s.io/v1}), which every account may ask.
     */
    Verdict reviewSelf(Access access) throws ClusterException;

    /**
     * Somebody the API server knows.
     *
     * @param name {@code system:serviceaccount:<namespace>:<name>} for a service account
     * @param uid may be empty
     */
    record User(String name, String uid, List<String> groups, Map<String, List<String>> extra) {
        public User {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(uid, "uid");
            groups = List.copyOf(groups);
            extra = Map.copyOf(extra);
        }
    }

    /** What somebody wants to do. */
    sealed interface Access {}

    /**
     * With a path that is no resource: {@code get} and {@code /metrics}.
     *
     * @param verb the HTTP method in small letters
     */
    record PathAccess(String path, String verb) implements Access {
        public PathAccess {
            Objects.requireNonNull(path, "path");
            Objects.requireNonNull(verb, "verb");
        }
    }

    /**
     * With a resource.
     *
     * @param verb {@code get}, {@code list}, {@code create} and so on
     * @param group empty for the core group
     * @param resource its plural
     * @param subresource may be empty
     * @param namespace empty for all, or for a resource of the whole cluster
     * @param name empty for all
     */
    record ResourceAccess(
            String verb,
            String group,
            String resource,
            String subresource,
            String namespace,
            String name)
            implements Access {
        public ResourceAccess {
            Objects.requireNonNull(verb, "verb");
            Objects.requireNonNull(group, "group");
            Objects.requireNonNull(resource, "resource");
            Objects.requireNonNull(subresource, "subresource");
            Objects.requireNonNull(namespace, "namespace");
            Objects.requireNonNull(name, "name");
        }
    }

    /**
     * The answer.
     *
     * @param reason of the authorizer, for logs; may be empty
     */
    record Verdict(boolean allowed, String reason) {
        public Verdict {
            Objects.requireNonNull(reason, "reason");
        }
    }
}
