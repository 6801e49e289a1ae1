package io.drover.autoscaling.internal.decide;

import io.drover.api.kubernetes.KubeObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One condition of an object's status.
 *
 * @param type its name
 * @param status whether it holds
 * @param reason why, one word; may be empty
 * @param message the sentence; may be empty
 * @param lastTransition when {@code status} became what it is, in whole seconds
 */
public record Condition(
        String type, Status status, String reason, String message, Instant lastTransition) {

    /** Whether a condition holds. */
    public enum Status {
        TRUE("True"),
        FALSE("False"),
        UNKNOWN("Unknown");

        private final String word;

        Status(String word) {
            this.word = word;
        }

        /** As it is written in objects. */
        public String word() {
            return word;
        }

        private static Status of(String word) {
            return switch (word) {
                case "True" -> TRUE;
                case "False" -> FALSE;
                default -> UNKNOWN;
            };
        }
    }

    public static final String ERROR = "Error";
    public static final String ACTIVE = "Active";
    public static final String HORIZONTAL_ABLE_TO_RECOMMEND = "HorizontalAbleToRecommend";
    public static final String HORIZONTAL_ABLE_TO_SCALE = "HorizontalAbleToScale";
    public static final String HORIZONTAL_SCALING_LIMITED = "HorizontalScalingLimited";
    public static final String VERTICAL_ABLE_TO_RECOMMEND = "VerticalAbleToRecommend";
    public static final String VERTICAL_ABLE_TO_APPLY = "VerticalAbleToApply";
    public static final String VERTICAL_SCALING_LIMITED = "VerticalScalingLimited";

    /** Ours: what the spec says and nothing is done with; there only where it says such a thing. */
    public static final String FIELDS_UNUSED = "FieldsUnused";

    /** This condition, which holds, or does not, since it last changed in {@code before}. */
    Condition since(List<Condition> before, Instant now) {
        Instant at =
                find(before, type)
                        .filter(old -> old.status == status)
                        .map(Condition::lastTransition)
                        .orElse(now.truncatedTo(ChronoUnit.SECONDS));
        return new Condition(type, status, reason, message, at);
    }

    /** The condition of a type. */
    public static Optional<Condition> find(List<Condition> conditions, String type) {
        return conditions.stream().filter(one -> one.type.equals(type)).findFirst();
    }

    /** The conditions in an object's status; what cannot be read is left out. */
    public static List<Condition> of(KubeObject object) {
        List<Condition> conditions = new ArrayList<>();
        if (object.status().get("conditions") instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof Map<?, ?> map && map.get("type") instanceof String) {
                    @SuppressWarnings("unchecked") // the keys of a JSON object are strings
                    Map<String, Object> tree = (Map<String, Object>) map;
                    conditions.add(of(tree));
                }
            }
        }
        return conditions;
    }

    /** As it is written in objects. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("type", type);
        tree.put("status", status.word());
        tree.put("lastTransitionTime", lastTransition.toString());
        if (!reason.isEmpty()) {
            tree.put("reason", reason);
        }
        if (!message.isEmpty()) {
            tree.put("message", message);
        }
        return tree;
    }

    private static Condition of(Map<String, Object> tree) {
        return new Condition(
                KubeObject.text(tree, "type"),
                Status.of(KubeObject.text(tree, "status")),
                KubeObject.text(tree, "reason"),
                KubeObject.text(tree, "message"),
                instant(KubeObject.text(tree, "lastTransitionTime")));
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }
}
