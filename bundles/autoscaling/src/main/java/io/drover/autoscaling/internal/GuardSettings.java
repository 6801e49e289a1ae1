package io.drover.autoscaling.internal;

import io.drover.autoscaling.internal.guard.Budgets;
import io.drover.autoscaling.internal.guard.Ceiling;
import io.drover.autoscaling.internal.guard.Slots;
import java.util.ArrayList;
import java.util.List;

/**
 * The checked bounds over all autoscalers. Every finding is reported at once.
 *
 * @param objectsMax autoscalers that work
 * @param freeze whether nothing is scaled
 * @param replicasPerMinute that may change; 0 for any number
 * @param ceilings over groups
 */
record GuardSettings(
        int objectsMax, boolean freeze, int replicasPerMinute, List<Ceiling> ceilings) {

    private static final int CEILINGS_MAX = 100;

    /**
     * @throws IllegalArgumentException naming each bad key, its rule and its value
     */
    static GuardSettings from(AutoscalingConfig config) {
        List<String> findings = new ArrayList<>();
        range(findings, "objects.max", config.objects_max(), 1, 100_000);
        range(
                findings,
                "budget.replicas.per.minute",
                config.budget_replicas_per_minute(),
                0,
                1_000_000);
        List<Ceiling> ceilings = new ArrayList<>();
        for (String text : config.budget_ceilings()) {
            try {
                ceilings.add(Ceiling.read(text));
            } catch (IllegalArgumentException e) {
                findings.add("budget.ceilings: " + e.getMessage());
            }
        }
        range(findings, "budget.ceilings: their number", ceilings.size(), 0, CEILINGS_MAX);
        if (!findings.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", findings));
        }
        return new GuardSettings(
                config.objects_max(),
                config.freeze(),
                config.budget_replicas_per_minute(),
                List.copyOf(ceilings));
    }

    Slots slots() {
        return new Slots(objectsMax);
    }

    Budgets budgets() {
        return new Budgets(replicasPerMinute, ceilings, freeze);
    }

    private static void range(List<String> findings, String key, long value, long min, long max) {
        if (value < min || value > max) {
            findings.add(key + " must be from " + min + " to " + max + ", is " + value);
        }
    }
}
