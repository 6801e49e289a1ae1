package io.drover.autoscaling.internal;

import io.drover.api.http.ProblemException;
import io.drover.api.http.Route;
import io.drover.api.http.Schema;
import io.drover.autoscaling.internal.decide.Objective;
import io.drover.autoscaling.internal.decide.Policy;
import io.drover.autoscaling.internal.decide.Samples;
import io.drover.autoscaling.internal.decide.Samples.Measured;
import io.drover.autoscaling.internal.decide.Samples.Pod;
import io.drover.autoscaling.internal.decide.Samples.Sample;
import io.drover.autoscaling.internal.decide.Samples.Usage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A look made again with other figures: what would be decided if. Pure functions; nothing is
 * written anywhere.
 */
final class WhatIf {

    private static final Pattern SHARE = Pattern.compile("(\\d{1,6})%?");
    private static final int REPLICAS_MAX = 1_000_000;

    /** What may be asked. */
    static final Route.Parameter[] PARAMETERS = {
        new Route.Parameter(
                "cpu",
                "If every pod used so much CPU: per cent of what it asks for, 80%.",
                Schema.text().plus("pattern", "^\\d{1,6}%?$")),
        new Route.Parameter(
                "memory",
                "If every pod used so much memory: per cent of what it asks for, 80%.",
                Schema.text().plus("pattern", "^\\d{1,6}%?$")),
        new Route.Parameter(
                "replicas", "If it had so many replicas.", Schema.whole(0, REPLICAS_MAX)),
        new Route.Parameter("min", "If minReplicas were this.", Schema.whole(1, REPLICAS_MAX)),
        new Route.Parameter("max", "If maxReplicas were this.", Schema.whole(1, REPLICAS_MAX))
    };

    private WhatIf() {}

    /**
     * The look under conditions; empty when there are none.
     *
     * @param supposed by the names of {@link #PARAMETERS}
     * @throws ProblemException naming the parameter, the rule and the value
     */
    static Optional<Look> of(Look look, Map<String, String> supposed) throws ProblemException {
        for (String name : supposed.keySet()) {
            if (Arrays.stream(PARAMETERS).noneMatch(known -> known.name().equals(name))) {
                throw ProblemException.badRequest(
                        name + " cannot be supposed; cpu, memory, replicas, min and max can");
            }
        }
        if (supposed.isEmpty()) {
            return Optional.empty();
        }
        int min = whole(supposed, "min", look.policy().minReplicas(), 1);
        int max = whole(supposed, "max", look.policy().maxReplicas(), 1);
        if (max < min) {
            throw ProblemException.badRequest("max must be at least min (" + min + "), is " + max);
        }
        Samples samples = look.samples();
        int replicas = whole(supposed, "replicas", samples.current(), 0);
        for (String resource : List.of("cpu", "memory")) {
            OptionalLong share = share(supposed, resource);
            if (share.isPresent()) {
                samples = used(look.policy(), samples, resource, share.getAsLong());
            }
        }
        return Optional.of(
                Look.decide(
                        Otherwise.bounded(look.policy(), min, max),
                        look.state(),
                        with(samples, replicas),
                        look.at()));
    }

    private static int whole(Map<String, String> supposed, String name, int absent, int least)
            throws ProblemException {
        String text = supposed.get(name);
        if (text == null) {
            return absent;
        }
        int number = text.matches("\\d{1,7}") ? Integer.parseInt(text) : -1;
        if (number < least || number > REPLICAS_MAX) {
            throw ProblemException.badRequest(
                    name + " must be from " + least + " to " + REPLICAS_MAX + ", is " + text);
        }
        return number;
    }

    private static OptionalLong share(Map<String, String> supposed, String resource)
            throws ProblemException {
        String text = supposed.get(resource);
        if (text == null) {
            return OptionalLong.empty();
        }
        Matcher share = SHARE.matcher(text);
        if (!share.matches()) {
            throw ProblemException.badRequest(
                    resource + " must be per cent of what the pods ask for, as 80%, is " + text);
        }
        return OptionalLong.of(Long.parseLong(share.group(1)));
    }

    /** The samples in which every pod uses a share of what it asks for. */
    private static Samples used(Policy policy, Samples samples, String resource, long share) {
        return new Samples(
                samples.current(),
                samples.reported(),
                samples.pods(),
                used(policy.objectives(), samples.objectives(), samples, resource, share),
                used(policy.fallback().objectives(), samples.fallback(), samples, resource, share),
                samples.external(),
                samples.scheduledMin(),
                samples.budget());
    }

    private static List<Measured> used(
            List<Objective> objectives,
            List<Measured> measured,
            Samples samples,
            String resource,
            long share) {
        List<Measured> other = new ArrayList<>(measured);
        for (int i = 0; i < objectives.size() && i < other.size(); i++) {
            if (objectives.get(i) instanceof Objective.Resource of
                    && of.resource().equals(resource)) {
                other.set(i, usage(of, other.get(i), samples, share));
            }
        }
        return other;
    }

    private static Measured usage(
            Objective.Resource objective, Measured before, Samples samples, long share) {
        String asked =
                objective.container().isEmpty()
                        ? objective.resource()
                        : objective.resource() + "/" + objective.container();
        long newest = 0;
        if (before instanceof Usage usage) {
            for (Sample sample : usage.byPod().values()) {
                newest = Math.max(newest, sample.at());
            }
        }
        Map<String, Sample> byPod = new HashMap<>();
        for (Pod pod : samples.pods()) {
            Long request = pod.requests().get(asked);
            if (request != null) {
                byPod.put(pod.name(), new Sample(request * share / 100, newest, 0));
            }
        }
        return byPod.isEmpty() ? before : new Usage(byPod);
    }

    private static Samples with(Samples samples, int replicas) {
        return new Samples(
                replicas,
                replicas == samples.current() ? samples.reported() : replicas,
                samples.pods(),
                samples.objectives(),
                samples.fallback(),
                samples.external(),
                samples.scheduledMin(),
                samples.budget());
    }
}
