package io.drover.autoscaling.internal.decide;

import io.drover.api.kubernetes.KubeObject;
import io.drover.autoscaling.internal.decide.Decision.Outcome;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What an autoscaler remembers, in its status: {@code status.horizontal}. There it survives a
 * restart and a change of leadership. Pure functions.
 */
public final class History {

    private static final int RECOMMENDATIONS_SHOWN = 60;
    private static final int ACTIONS_SHOWN = 10;

    private History() {}

    /**
     * What the status remembers. The last recommendation is taken to have held until now: it is
     * written when it changes, not each time that it is made again.
     */
    public static State restore(KubeObject object, int memorySeconds, Instant now) {
        Map<String, Object> horizontal = KubeObject.map(object.status(), "horizontal");
        State state = State.NONE;
        long at = 0;
        for (Map<String, Object> one : Spec.maps(horizontal, "lastRecommendations")) {
            long then = millis(one.get("generatedAt"));
            if (then >= at && one.get("desiredReplicas") instanceof Number replicas) {
                state = state.recommended(then, replicas.intValue(), memorySeconds);
                at = then;
            }
        }
        Map<String, Object> target = KubeObject.map(horizontal, "target");
        if (target.get("desiredReplicas") instanceof Number replicas) {
            state = state.recommended(now.toEpochMilli(), replicas.intValue(), memorySeconds);
        }
        at = 0;
        for (Map<String, Object> one : Spec.maps(horizontal, "lastActions")) {
            long then = millis(one.get("time"));
            if (then >= at
                    && one.get("replicas") instanceof Number from
                    && one.get("toReplicas") instanceof Number to) {
                state = state.acted(then, from.intValue(), to.intValue(), memorySeconds);
                at = then;
            }
        }
        return state;
    }

    /**
     * With the change that no status tells of: the target has other replicas than the last status
     * wanted. Whoever led before ended between the write of the replicas and that of the status, or
     * somebody else changed them; both count as a change of now, so that no rate is passed.
     *
     * @param known what is remembered
     * @param current the replicas that the target has
     */
    public static State withUntold(
            State known, KubeObject object, int current, int memorySeconds, Instant now) {
        Map<String, Object> target =
                KubeObject.map(KubeObject.map(object.status(), "horizontal"), "target");
        boolean held =
                Condition.find(Condition.of(object), Condition.HORIZONTAL_ABLE_TO_SCALE)
                        .filter(scale -> scale.status() == Condition.Status.FALSE)
                        .isPresent();
        List<State.Acted> acted = known.actions();
        if (held
                || !(target.get("desiredReplicas") instanceof Number wanted)
                || wanted.intValue() == current
                || current == 0
                || (!acted.isEmpty() && acted.get(acted.size() - 1).to() == current)) {
            return known;
        }
        return known.acted(now.toEpochMilli(), wanted.intValue(), current, memorySeconds);
    }

    /**
     * The new {@code status.horizontal}.
     *
     * @param before the object with the status that it has
     * @param decision the newest
     * @param state what is remembered now, a change of the replicas by that decision included
     * @param now when
     */
    public static Map<String, Object> write(
            KubeObject before, Decision decision, State state, Instant now) {
        Map<String, Object> old = KubeObject.map(before.status(), "horizontal");
        Map<String, Object> horizontal = new LinkedHashMap<>();
        if (decision.outcome() == Outcome.NOT_ASKED) {
            return horizontal;
        }
        Map<String, Object> target = target(KubeObject.map(old, "target"), decision, now);
        if (!target.isEmpty()) {
            horizontal.put("target", target);
        }
        List<Object> actions = actions(old, decision, state, now);
        if (!actions.isEmpty()) {
            horizontal.put("lastActions", newest(actions, ACTIONS_SHOWN));
        }
        List<Object> recommendations = recommendations(decision, state);
        if (!recommendations.isEmpty()) {
            horizontal.put("lastRecommendations", recommendations);
        }
        return horizontal;
    }

    /** Whether two forms of {@code status.horizontal} tell different things to a reader. */
    public static boolean differs(KubeObject object, Map<String, Object> horizontal) {
        Map<String, Object> old = KubeObject.map(object.status(), "horizontal");
        return !Objects.equals(old.get("target"), horizontal.get("target"))
                || !Objects.equals(old.get("lastActions"), horizontal.get("lastActions"));
    }

    private static Map<String, Object> target(
            Map<String, Object> old, Decision decision, Instant now) {
        if (decision.source() == Decision.Source.NONE) {
            return old;
        }
        boolean same =
                decision.source().word().equals(old.get("source"))
                        && old.get("desiredReplicas") instanceof Number number
                        && number.intValue() == decision.desired();
        if (same) {
            return old;
        }
        Map<String, Object> target = new LinkedHashMap<>();
        target.put("source", decision.source().word());
        target.put("generatedAt", seconds(now).toString());
        target.put("desiredReplicas", decision.desired());
        return target;
    }

    /** Those of the status and behind them those that did not get there, for a write failed. */
    private static List<Object> actions(
            Map<String, Object> old, Decision decision, State state, Instant now) {
        List<Map<String, Object>> known = Spec.maps(old, "lastActions");
        List<Object> actions = new ArrayList<>(known);
        for (State.Acted each : state.actions()) {
            boolean ours = each.at() == now.toEpochMilli();
            Instant at = seconds(Instant.ofEpochMilli(each.at()));
            Map<String, Object> one = action(at, each.from(), each.to(), ours ? decision : null);
            if (known.stream().noneMatch(shown -> same(shown, one)) && !olderThanAll(known, at)) {
                actions.add(one);
            }
        }
        return actions;
    }

    private static boolean same(Map<String, Object> one, Map<String, Object> other) {
        return List.of("time", "replicas", "toReplicas").stream()
                .allMatch(key -> Objects.equals(one.get(key), other.get(key)));
    }

    /** The status keeps the newest few: what is older was dropped from it, and not forgotten. */
    private static boolean olderThanAll(List<Map<String, Object>> known, Instant at) {
        return !known.isEmpty() && at.toEpochMilli() < millis(known.get(0).get("time"));
    }

    private static Map<String, Object> action(Instant at, int from, int to, Decision why) {
        Map<String, Object> action = new LinkedHashMap<>();
        action.put("time", at.toString());
        action.put("replicas", from);
        action.put("toReplicas", to);
        if (why != null) {
            action.put("recommendedReplicas", why.recommended());
            String limit = Explanation.limit(why);
            if (!limit.isEmpty()) {
                action.put("limitedReason", limit);
            }
        }
        return action;
    }

    private static List<Object> recommendations(Decision decision, State state) {
        List<Object> all = new ArrayList<>();
        for (State.Recommended each : newest(state.recommendations(), RECOMMENDATIONS_SHOWN)) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("source", decision.source().word());
            one.put("generatedAt", seconds(Instant.ofEpochMilli(each.at())).toString());
            one.put("desiredReplicas", each.replicas());
            all.add(one);
        }
        return all;
    }

    private static <T> List<T> newest(List<T> all, int count) {
        return all.size() <= count ? all : all.subList(all.size() - count, all.size());
    }

    private static Instant seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS);
    }

    private static long millis(Object time) {
        try {
            return time instanceof String text ? Instant.parse(text).toEpochMilli() : -1;
        } catch (DateTimeException e) {
            return -1;
        }
    }
}
