package io.drover.testing;

import io.drover.api.autoscaling.Autoscaler;
import io.drover.api.autoscaling.Autoscalers;
import io.drover.api.autoscaling.Decision;
import io.drover.api.autoscaling.Decisions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Autoscalers and decisions that a test makes up. Any thread. */
public final class ScriptedAutoscalers implements Autoscalers, Decisions {

    private final List<Autoscaler> autoscalers = new CopyOnWriteArrayList<>();
    private final List<Runnable> readers = new CopyOnWriteArrayList<>();
    private final List<Decision> decided = new ArrayList<>();
    private final int kept;
    private volatile Standing standing = new Standing(true, "replica-a", "");

    /**
     * @param kept how many decisions are kept
     */
    public ScriptedAutoscalers(int kept) {
        this.kept = kept;
    }

    /** An autoscaler of a Deployment of the same name. */
    public static Autoscaler autoscaler(String namespace, String name, int replicas) {
        return new Autoscaler(
                namespace,
                name,
                "Deployment/" + name,
                2,
                1,
                OptionalInt.of(replicas),
                List.of(
                        new Autoscaler.Condition(
                                "Active",
                                "True",
                                "Found",
                                "the target is there",
                                Optional.empty())));
    }

    /** Another replica leads from now on. */
    public void follow(String leader) {
        standing = new Standing(false, leader, "");
    }

    public void add(Autoscaler autoscaler) {
        autoscalers.add(autoscaler);
        autoscalers.sort(
                Comparator.comparing(Autoscaler::namespace).thenComparing(Autoscaler::name));
    }

    /** Decides to scale one from {@code before} to {@code after} replicas. */
    public void decide(String namespace, String name, int before, int after) {
        synchronized (this) {
            decided.add(
                    new Decision(
                            Instant.EPOCH,
                            namespace,
                            name,
                            "Deployment/" + name,
                            "Scaled",
                            "from " + before + " to " + after,
                            OptionalInt.of(before),
                            OptionalInt.of(after),
                            true));
        }
        readers.forEach(Runnable::run);
    }

    /** How many follow the decisions. */
    public int readers() {
        return readers.size();
    }

    @Override
    public Standing standing() {
        return standing;
    }

    @Override
    public List<Autoscaler> all() {
        return List.copyOf(autoscalers);
    }

    @Override
    public Optional<Autoscaler> find(String namespace, String name) {
        return autoscalers.stream()
                .filter(each -> each.namespace().equals(namespace) && each.name().equals(name))
                .findFirst();
    }

    @Override
    public Optional<Explanation> explain(String namespace, String name) {
        return find(namespace, name)
                .map(
                        each ->
                                new Explanation(
                                        each,
                                        newestOf(each),
                                        List.of("the target is there"),
                                        List.of(new Rule("minimum", "1", "2", "", "2"))));
    }

    @Override
    public Optional<String> text(String namespace, String name, Map<String, String> supposed) {
        return find(namespace, name)
                .map(
                        each ->
                                each.namespace()
                                        + "/"
                                        + each.name()
                                        + (supposed.isEmpty()
                                                ? ": stays\n"
                                                : " would be: " + new TreeMap<>(supposed) + "\n"));
    }

    private synchronized Optional<Decision> newestOf(Autoscaler of) {
        return Optional.ofNullable(
                decided.stream()
                        .filter(each -> each.name().equals(of.name()))
                        .reduce(null, (before, after) -> after));
    }

    @Override
    public Decisions decisions() {
        return this;
    }

    @Override
    public long epoch() {
        return 7;
    }

    @Override
    public synchronized long newest() {
        return decided.size();
    }

    @Override
    public synchronized Page after(long number, int max) {
        long oldest = Math.max(1, decided.size() - kept + 1L);
        long first = Math.max(number + 1, oldest);
        return new Page(
                Math.max(0, oldest - number - 1),
                first,
                decided.stream().skip(first - 1).limit(max).toList());
    }

    @Override
    public AutoCloseable onNew(Runnable ready) {
        readers.add(ready);
        return () -> readers.remove(ready);
    }
}
