package io.drover.autoscaling.internal.remote;

import io.drover.autoscaling.internal.decide.JsonReader;
import io.drover.autoscaling.internal.decide.Objective;
import io.drover.autoscaling.internal.decide.Samples.Measured;
import io.drover.autoscaling.internal.decide.Samples.Value;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * What is said to a recommender and what it answers, as the reference does: WorkloadRecommendation
 * {Request,Reply} of {@code agent-payload/proto/autoscaling/kubernetes}, protobuf as JSON. Pure
 * functions.
 */
final class Recommendation {

    private Recommendation() {}

    /** The request. */
    static String request(String cluster, Recommenders.Asking asking) {
        StringJoiner targets = new StringJoiner(",", "[", "]");
        for (Objective objective : asking.objectives()) {
            if (objective instanceof Objective.Resource resource) {
                targets.add(
                        "{\"type\":"
                                + quoted(resource.resource())
                                + ",\"targetValue\":"
                                + share(resource.goal())
                                + "}");
            }
        }
        StringJoiner settings = new StringJoiner(",", "{", "}");
        new TreeMap<>(asking.counsel().settings())
                .forEach((key, value) -> settings.add(quoted(key) + ":" + quoted(value)));
        String max =
                asking.maxReplicas() == Integer.MAX_VALUE
                        ? ""
                        : ",\"maxReplicas\":" + asking.maxReplicas();
        return "{\"targetRef\":{\"cluster\":"
                + quoted(cluster)
                + ",\"namespace\":"
                + quoted(asking.namespace())
                + ",\"kind\":"
                + quoted(asking.target().kind())
                + ",\"name\":"
                + quoted(asking.targetName())
                + ",\"apiVersion\":"
                + quoted(asking.target().apiVersion())
                + "},\"constraints\":{\"minReplicas\":"
                + asking.minReplicas()
                + max
                + "},\"state\":{\"desiredReplicas\":"
                + asking.desired()
                + ",\"currentReplicas\":"
                + asking.current()
                + ",\"readyReplicas\":"
                + asking.ready()
                + "},\"targets\":"
                + targets
                + ",\"settings\":"
                + settings
                + "}";
    }

    /** A share as a fraction; the reference sends 0 for an absolute value. */
    private static String share(Objective.Goal goal) {
        return goal.utilisation()
                ? BigDecimal.valueOf(goal.value(), 2).stripTrailingZeros().toPlainString()
                : "0";
    }

    /**
     * What a reply says.
     *
     * @throws IllegalArgumentException if it proposes nothing, saying why
     */
    static Measured read(String text, long at) {
        Map<String, Object> reply = JsonReader.readObject(text);
        if (reply.get("error") instanceof Map<?, ?> error) {
            throw new IllegalArgumentException(
                    "it says: "
                            + error.get("message")
                            + (error.get("code") == null ? "" : " (" + error.get("code") + ")"));
        }
        return new Value(
                replicas(reply.getOrDefault("targetReplicas", reply.get("target_replicas"))),
                Math.min(at, time(reply.get("timestamp"), at)));
    }

    private static long replicas(Object value) {
        if (value == null) {
            throw new IllegalArgumentException("the reply has no targetReplicas");
        }
        try {
            int replicas = new BigDecimal(value.toString()).intValueExact();
            if (replicas >= 0) {
                return replicas;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw notReplicas(value);
        }
        throw notReplicas(value);
    }

    private static IllegalArgumentException notReplicas(Object value) {
        return new IllegalArgumentException(
                "targetReplicas must be a whole number from 0 on, is " + value);
    }

    private static long time(Object value, long absent) {
        if (value == null) {
            return absent;
        }
        try {
            Instant at = OffsetDateTime.parse(value.toString()).toInstant();
            return at.toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "timestamp must be as 2026-01-01T12:00:00Z, is " + value);
        }
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '"' || each == '\\') {
                quoted.append('\\').append(each);
            } else if (each < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) each));
            } else {
                quoted.append(each);
            }
        }
        return quoted.append('"').toString();
    }
}
