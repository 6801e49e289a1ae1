package io.drover.testing;

import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import java.util.List;
import java.util.Map;

/** A subsystem that says what a test tells it to. Any thread. */
public final class ScriptedSubsystem implements Subsystem {

    private final String name;
    private volatile List<Step> steps;
    private volatile Map<String, Object> facts = Map.of();
    private volatile RuntimeException failure;

    public ScriptedSubsystem(String name, Step... steps) {
        this.name = name;
        this.steps = List.of(steps);
    }

    /** From now on it has these steps. */
    public void become(Step... now) {
        failure = null;
        steps = List.of(now);
    }

    /** From now on it has these facts. */
    public ScriptedSubsystem facts(Map<String, Object> now) {
        facts = now;
        return this;
    }

    /** From now on it throws when it is asked for its steps. */
    public void breakDown(RuntimeException now) {
        failure = now;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Step> steps() {
        RuntimeException thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
        return steps;
    }

    @Override
    public Map<String, Object> facts() {
        return facts;
    }
}
