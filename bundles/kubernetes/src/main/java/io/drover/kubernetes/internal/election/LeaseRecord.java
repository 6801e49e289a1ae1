package io.drover.kubernetes.internal.election;

import io.drover.api.kubernetes.KubeObject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A Lease object ({@code coordination.k8s.io/v1}). Every field of its spec may be missing: other
 * programs create Leases with an empty spec.
 *
 * @param object the whole object, so that what others put on it stays
 */
public record LeaseRecord(KubeObject object) {

    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /** A Lease that does not exist yet, claimed. */
    static LeaseRecord claimed(String namespace, String name, Claim claim) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("apiVersion", "coordination.k8s.io/v1");
        tree.put("kind", "Lease");
        tree.put("metadata", Map.of("namespace", namespace, "name", name));
        tree.put("spec", claim.onto(Map.of()));
        return new LeaseRecord(new KubeObject(tree));
    }

    /** This Lease with another claim; the version stays, so that only this one can be replaced. */
    LeaseRecord with(Claim claim) {
        Map<String, Object> tree = new LinkedHashMap<>(object.tree());
        tree.put("spec", claim.onto(object.spec()));
        return new LeaseRecord(new KubeObject(tree));
    }

    /** Who claims it; empty when nobody does. */
    String holder() {
        return KubeObject.text(object.spec(), "holderIdentity");
    }

    /** How often it changed hands, 0 when it does not say. */
    long transitions() {
        return object.spec().get("leaseTransitions") instanceof Number number
                ? number.longValue()
                : 0;
    }

    /** How long its holder wants to be waited for, or {@code absent} when it does not say. */
    Duration duration(Duration absent) {
        return object.spec().get("leaseDurationSeconds") instanceof Number number
                        && number.longValue() > 0
                ? Duration.ofSeconds(number.longValue())
                : absent;
    }

    /**
     * Since when its holder claims it, as written there, or {@code absent} when it does not say.
     */
    Instant acquired(Instant absent) {
        try {
            return Instant.parse(KubeObject.text(object.spec(), "acquireTime"));
        } catch (DateTimeParseException e) {
            return absent;
        }
    }

    /**
     * Whether nobody has written it between {@code earlier} and this. Its times are not asked: a
     * holder whose clock stands still renews it all the same.
     */
    boolean sameVersion(LeaseRecord earlier) {
        return object.uid().equals(earlier.object.uid())
                && object.resourceVersion().equals(earlier.object.resourceVersion());
    }

    /**
     * What a candidate writes.
     *
     * @param holder empty to release
     * @param duration how long it wants to be waited for
     * @param transitions how often the Lease changed hands
     * @param acquired since when it holds, for people
     * @param renewed now, for people: no candidate of ours reads it as a time
     */
    record Claim(
            String holder, Duration duration, long transitions, Instant acquired, Instant renewed) {

        Map<String, Object> onto(Map<String, Object> spec) {
            Map<String, Object> changed = new LinkedHashMap<>(spec);
            changed.put("holderIdentity", holder);
            changed.put("leaseDurationSeconds", Math.toIntExact(duration.toSeconds()));
            changed.put("leaseTransitions", transitions);
            changed.put("acquireTime", MICRO_TIME.format(acquired));
            changed.put("renewTime", MICRO_TIME.format(renewed));
            return changed;
        }
    }
}
