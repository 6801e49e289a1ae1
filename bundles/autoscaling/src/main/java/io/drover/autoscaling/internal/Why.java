package io.drover.autoscaling.internal;

import io.drover.api.kubernetes.KubeObject;
import io.drover.autoscaling.internal.decide.Condition;
import io.drover.autoscaling.internal.decide.Decision;
import io.drover.autoscaling.internal.decide.Explanation;
import io.drover.autoscaling.internal.decide.Step;
import java.util.List;
import java.util.Locale;

/**
 * The text of an explanation: the same in the API, in the console and on the command line. Pure.
 */
final class Why {

    private Why() {}

    /**
     * Of a decision.
     *
     * @param key namespace and name
     * @param supposed whether it is what would be decided if
     */
    static String text(String key, Look look, boolean supposed) {
        Decision decision = look.decision();
        StringBuilder text = new StringBuilder();
        text.append(key).append(supposed ? " would be: " : ": ");
        text.append(Explanation.summary(decision)).append('\n');
        List<Step> steps = decision.steps();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            text.append(
                    String.format(
                            Locale.ROOT,
                            "  %2d  %-20s %5d -> %-5d %s %s%n",
                            i + 1,
                            word(step.rule()),
                            step.in(),
                            step.out(),
                            step.equals(decision.binding()) ? "*" : " ",
                            Explanation.of(step)));
        }
        String remedy = remedy(look);
        if (!remedy.isEmpty()) {
            text.append("  ").append(remedy).append('\n');
        }
        return text.append("  decided at ").append(look.at()).append('\n').toString();
    }

    /** Of an autoscaler that nothing was decided about. */
    static String undecided(String key, String why) {
        return key + ": nothing is decided: " + why + "\n";
    }

    /** Why nothing was decided: the conditions say it, as far as anybody knows. */
    static String undecided(KubeObject object, Controller controller) {
        return Condition.find(Condition.of(object), Condition.ACTIVE)
                .filter(active -> active.status() != Condition.Status.TRUE)
                .map(Condition::message)
                .filter(message -> !message.isEmpty())
                .orElse(
                        controller.leads()
                                ? "it was not looked at yet"
                                : "this replica does not lead; ask "
                                        + controller.standing().leader());
    }

    /** What would change it, and to what; where nobody can say to what, what stands in the way. */
    static String remedy(Look look) {
        return Otherwise.of(look)
                .map(Otherwise::sentence)
                .orElseGet(() -> Explanation.remedy(look.decision()));
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
