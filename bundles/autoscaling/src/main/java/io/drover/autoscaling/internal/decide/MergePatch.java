package io.drover.autoscaling.internal.decide;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a JSON merge patch (RFC 7386) must say to make one document another. Pure. */
public final class MergePatch {

    private MergePatch() {}

    /**
     * The new document whole, and null for each member that it has no more.
     *
     * @param before the document as it is
     * @param after as it should be
     */
    @SuppressWarnings("unchecked") // the keys of a JSON object are strings
    public static Map<String, Object> replacing(
            Map<String, Object> before, Map<String, Object> after) {
        Map<String, Object> patch = new LinkedHashMap<>(after);
        before.forEach(
                (key, old) -> {
                    if (!after.containsKey(key)) {
                        patch.put(key, null);
                    } else if (old instanceof Map<?, ?> was
                            && after.get(key) instanceof Map<?, ?> is) {
                        patch.put(
                                key,
                                replacing((Map<String, Object>) was, (Map<String, Object>) is));
                    }
                });
        return patch;
    }
}
