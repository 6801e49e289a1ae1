package io.drover.autoscaling.internal.source;

import io.drover.api.kubernetes.ObjectKind;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What an autoscaler scales; by group, as the versions of a kind are one and the same object.
 *
 * @param group of the target, empty for the core group
 */
record Scaled(String namespace, String group, String kind, String name) {

    static Scaled of(String namespace, ObjectKind kind, String name) {
        return new Scaled(namespace, kind.group(), kind.kind(), name);
    }

    /** Who scales what, and who scales one thing, the first in order first. Any thread. */
    static final class Index<K> {

        private final Comparator<K> order;
        private final Map<K, Scaled> targets = new HashMap<>();
        private final Map<Scaled, TreeSet<K>> scalers = new HashMap<>();

        Index(Comparator<K> order) {
            this.order = order;
        }

        /** What it scaled before. */
        synchronized Optional<Scaled> put(K scaler, Scaled target) {
            Optional<Scaled> before = remove(scaler);
            targets.put(scaler, target);
            scalers.computeIfAbsent(target, any -> new TreeSet<>(order)).add(scaler);
            return before;
        }

        /** What it scaled. */
        synchronized Optional<Scaled> remove(K scaler) {
            Scaled before = targets.remove(scaler);
            if (before != null) {
                TreeSet<K> others = scalers.get(before);
                others.remove(scaler);
                if (others.isEmpty()) {
                    scalers.remove(before);
                }
            }
            return Optional.ofNullable(before);
        }

        /** Who is first among those that scale it. */
        synchronized Optional<K> first(Scaled target) {
            TreeSet<K> all = scalers.get(target);
            return all == null ? Optional.empty() : Optional.of(all.first());
        }
    }
}
