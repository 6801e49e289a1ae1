package io.drover.core.internal.apikey;

import io.drover.api.metrics.Family;
import io.drover.api.metrics.Samples;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Figures of checks and posts. Any thread. */
public final class Counts {

    private static final Family CHECKS =
            Family.counter(
                    "drover_core_api_key_checks_total",
                    "Checks of the API key at the intake, by what they told.",
                    "verdict");
    private static final Family POSTS =
            Family.counter(
                    "drover_core_intake_posts_total",
                    "Posts to the intake: accepted (2xx), refused (401, 403), rejected (other"
                            + " answers), unanswered.",
                    "result");

    private final Map<KeyState, LongAdder> checks = new EnumMap<>(KeyState.class);
    private final Map<String, LongAdder> posts = new LinkedHashMap<>();

    Counts() {
        for (KeyState state : List.of(KeyState.VALID, KeyState.INVALID, KeyState.UNKNOWN)) {
            checks.put(state, new LongAdder());
        }
        for (String result : List.of("accepted", "refused", "rejected", "unanswered")) {
            posts.put(result, new LongAdder());
        }
    }

    void checked(KeyState state) {
        checks.get(state).increment();
    }

    void posted(int status) {
        String result = status / 100 == 2 ? "accepted" : "rejected";
        posts.get(status == 401 || status == 403 ? "refused" : result).increment();
    }

    void unanswered() {
        posts.get("unanswered").increment();
    }

    public List<Family> families() {
        return List.of(CHECKS, POSTS);
    }

    public void collect(Samples out) {
        checks.forEach((state, count) -> out.add(CHECKS, count.sum(), state.word()));
        posts.forEach((result, count) -> out.add(POSTS, count.sum(), result));
    }
}
