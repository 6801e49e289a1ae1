package io.drover.testing;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.Reviews;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An API server that knows the users, and allows the accesses, of a test. Safe for many threads.
 */
public final class ScriptedReviews implements Reviews {

    /** Who {@link #reviewSelf} is about. */
    public static final User SELF = new User("self", "", List.of(), Map.of());

    private final Map<String, User> users = new HashMap<>();
    private final Set<String> allowed = new HashSet<>();
    private final List<String> asked = new ArrayList<>();
    private ClusterException failure;

    /** A token begins to be valid. */
    public synchronized User know(String token, String name, String... groups) {
        User user = new User(name, "", List.of(groups), Map.of());
        users.put(token, user);
        return user;
    }

    /** A token ends to be valid. */
    public synchronized void forget(String token) {
        users.remove(token);
    }

    /** Allows a user one access. */
    public synchronized void allow(User user, Access access) {
        allowed.add(user.name() + " " + access);
    }

    /** All calls fail so, until {@code null} is given. */
    public synchronized void fail(ClusterException failure) {
        this.failure = failure;
    }

    /** What was asked, oldest first: {@code authenticate}, or the user's name and the access. */
    public synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    public synchronized Optional<User> authenticate(String token, List<String> audiences)
            throws ClusterException {
        asked.add("authenticate");
        failIfTold();
        return Optional.ofNullable(users.get(token));
    }

    @Override
    public synchronized Verdict review(User user, Access access) throws ClusterException {
        String what = user.name() + " " + access;
        asked.add(what);
        failIfTold();
        return new Verdict(allowed.contains(what), "");
    }

    @Override
    public synchronized Verdict reviewSelf(Access access) throws ClusterException {
        return review(SELF, access);
    }

    private void failIfTold() throws ClusterException {
        if (failure != null) {
            throw failure;
        }
    }
}
