package io.drover.autoscaling.internal;

import io.drover.api.autoscaling.Autoscaler;
import io.drover.api.autoscaling.Autoscalers;
import io.drover.api.autoscaling.Decision;
import io.drover.api.autoscaling.Decisions;
import io.drover.api.http.ProblemException;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.Watch;
import io.drover.autoscaling.internal.decide.Condition;
import io.drover.autoscaling.internal.decide.Spec;
import io.drover.autoscaling.internal.decide.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What the controller knows, for other bundles. */
final class KnownAutoscalers implements Autoscalers {

    private final Controller controller;
    private final DecisionLog decisions;

    KnownAutoscalers(Controller controller, DecisionLog decisions) {
        this.controller = controller;
        this.decisions = decisions;
    }

    @Override
    public Standing standing() {
        Watch.State watch = controller.watch();
        String reason =
                watch.phase() == Watch.Phase.LIVE
                        ? ""
                        : "autoscalers may be old or unknown, the watch is "
                                + watch.phase()
                                + ": "
                                + watch.reason();
        return new Standing(controller.leads(), controller.standing().leader(), reason);
    }

    @Override
    public List<Autoscaler> all() {
        return controller.objects().stream().map(KnownAutoscalers::autoscaler).toList();
    }

    @Override
    public Optional<Autoscaler> find(String namespace, String name) {
        return controller.object(namespace, name).map(KnownAutoscalers::autoscaler);
    }

    @Override
    public Optional<Explanation> explain(String namespace, String name) {
        return controller
                .object(namespace, name)
                .map(
                        object ->
                                explanation(
                                        object,
                                        decisions.newestOf(object.namespace(), object.name()),
                                        controller.look(object.namespace(), object.name())));
    }

    @Override
    public Optional<String> text(String namespace, String name, Map<String, String> supposed) {
        Optional<KubeObject> object = controller.object(namespace, name);
        if (object.isEmpty()) {
            return Optional.empty();
        }
        String key = object.get().key();
        Optional<Look> look = controller.look(namespace, name);
        if (look.isEmpty()) {
            return Optional.of(Why.undecided(key, Why.undecided(object.get(), controller)));
        }
        try {
            Optional<Look> other = WhatIf.of(look.get(), supposed);
            return Optional.of(Why.text(key, other.orElse(look.get()), other.isPresent()));
        } catch (ProblemException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    @Override
    public Decisions decisions() {
        return decisions;
    }

    private static Explanation explanation(
            KubeObject object, Optional<Decision> newest, Optional<Look> look) {
        Autoscaler autoscaler = autoscaler(object);
        List<String> sentences = new ArrayList<>();
        newest.ifPresent(decision -> sentences.add(decision.message()));
        for (Spec.Problem problem : Spec.of(object).problems()) {
            sentences.add(problem.message());
        }
        for (Autoscaler.Condition condition : autoscaler.conditions()) {
            if (!condition.message().isEmpty() && !sentences.contains(condition.message())) {
                sentences.add(condition.message());
            }
        }
        return new Explanation(autoscaler, newest, sentences, rules(look));
    }

    private static List<Rule> rules(Optional<Look> look) {
        List<Rule> rules = new ArrayList<>();
        for (Step step : look.map(one -> one.decision().steps()).orElse(List.of())) {
            rules.add(
                    new Rule(
                            Why.word(step.rule()),
                            String.valueOf(step.in()),
                            String.valueOf(step.out()),
                            String.valueOf(step.measured()),
                            String.valueOf(step.limit())));
        }
        return rules;
    }

    private static Autoscaler autoscaler(KubeObject object) {
        return new Autoscaler(
                object.namespace(),
                object.name(),
                Spec.of(object).targetText(),
                object.generation(),
                object.status().get("observedGeneration") instanceof Number seen
                        ? seen.longValue()
                        : 0,
                object.status().get("currentReplicas") instanceof Number count
                        ? OptionalInt.of(count.intValue())
                        : OptionalInt.empty(),
                Condition.of(object).stream().map(KnownAutoscalers::condition).toList());
    }

    private static Autoscaler.Condition condition(Condition condition) {
        return new Autoscaler.Condition(
                condition.type(),
                condition.status().word(),
                condition.reason(),
                condition.message(),
                Optional.ofNullable(condition.lastTransition()));
    }
}
