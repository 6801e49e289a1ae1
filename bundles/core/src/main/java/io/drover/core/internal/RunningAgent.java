package io.drover.core.internal;

import io.drover.api.agent.Agent;
import io.drover.api.agent.Home;
import io.drover.api.net.Listening;
import io.drover.api.status.OnFailure;
import io.drover.api.status.State;
import io.drover.api.status.Step;
import io.drover.core.internal.startup.StartRecorder;
import io.drover.core.internal.startup.StepRecord;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent as one: looks at all subsystems again and again, says when the start is over and ends
 * the process when a step failed for good. {@link #look} is called by one thread; everything else
 * by any.
 */
final class RunningAgent implements Agent {

    private static final Logger LOG = LoggerFactory.getLogger(RunningAgent.class);

    private final Identity identity;
    private final Roster roster;
    private final Home home;
    private final PortsFile portsFile;
    private final Settings settings;
    private final Clock clock;
    private final PrintStream terminal;
    private final IntConsumer exit;
    private final BooleanSupplier sound;
    private final Readiness readiness;
    private final StepLog stepLog = new StepLog();
    private final StartRecorder recorder = new StartRecorder();
    private final Set<Listening> listening = new CopyOnWriteArraySet<>();
    private final Set<Listening> mute = new CopyOnWriteArraySet<>();

    private volatile List<SubsystemView> subsystems = List.of();
    private volatile boolean allReady;
    private volatile boolean started;
    private volatile Instant firstReady;
    private volatile String stopping;
    private boolean saidSlow;
    private boolean saidUnwritable;
    private boolean ending;

    /**
     * @param exit ends the process with the code it is given; must return at once
     * @param sound whether no thread of the process itself is stuck
     */
    RunningAgent(
            Identity identity,
            Roster roster,
            Home home,
            Settings settings,
            Clock clock,
            PrintStream terminal,
            IntConsumer exit,
            BooleanSupplier sound) {
        this.identity = identity;
        this.roster = roster;
        this.home = home;
        this.portsFile = new PortsFile(home.run());
        this.settings = settings;
        this.clock = clock;
        this.terminal = terminal;
        this.exit = exit;
        this.sound = sound;
        this.readiness = new Readiness(settings.unreadyAfter(), settings.readyAfter());
    }

    void add(Listening listener) {
        listening.add(listener);
    }

    void remove(Listening listener) {
        listening.remove(listener);
        mute.remove(listener);
    }

    /** One look at everything, and what follows from it. */
    void look() {
        Roster.Look look = roster.look();
        subsystems = look.subsystems();
        stepLog.look(subsystems);
        recorder.look(subsystems, clock.instant());
        allReady = readiness.look(look.ready(), look.broken(), clock.instant());
        writePorts();
        if (ending || stopping != null) {
            return;
        }
        if (!started && !endIfFatal()) {
            announceStart();
        }
    }

    private void writePorts() {
        try {
            portsFile.update(listening());
            saidUnwritable = false;
        } catch (IOException e) {
            if (saidUnwritable) {
                return;
            }
            saidUnwritable = true;
            LOG.warn(
                    "run/ports.json cannot be written, scripts will not find the ports: home={}",
                    home.root(),
                    e);
        }
    }

    /**
     * Only during the start: later a failed step makes the agent unready, and a person decides. Of
     * several the first in the order of the start gives the exit code: it is the likelier cause.
     */
    private boolean endIfFatal() {
        OnFailure first = OnFailure.CONTINUE;
        for (SubsystemView view : subsystems) {
            for (Step step : view.steps()) {
                if (step.status().state() == State.FAILED
                        && step.onFailure() != OnFailure.CONTINUE) {
                    first = first == OnFailure.CONTINUE ? step.onFailure() : first;
                    tell(view, step);
                }
            }
        }
        if (first != OnFailure.CONTINUE) {
            ending = true;
            exit.accept(first.exitCode());
        }
        return ending;
    }

    private void tell(SubsystemView view, Step step) {
        terminal.println("drover: fatal: " + view.name() + ": " + step.status().reason());
        if (!step.status().remedy().isEmpty()) {
            terminal.println("drover: remedy: " + step.status().remedy());
        }
        LOG.error(
                "a step that the agent needs failed: subsystem={} step={} reason={} exitCode={}",
                view.name(),
                step.name(),
                step.status().reason(),
                step.onFailure().exitCode());
    }

    private void announceStart() {
        Duration took = Duration.between(identity.startedAt(), clock.instant());
        if (allReady) {
            started = true;
            firstReady = clock.instant();
            LOG.info("the agent is ready: seconds={}", took.toMillis() / 1000.0);
            terminal.println(
                    Announcement.ready(identity.version(), took, listening(), home, subsystems));
        } else if (!saidSlow && took.compareTo(settings.slowStart()) > 0) {
            saidSlow = true;
            terminal.println(Announcement.slow(took, subsystems));
        }
    }

    /** Turns the agent unready for the rest of its life; it goes on to serve. */
    void prepareToStop() {
        progressOfStop("draining for " + settings.drain().toMillis() + " ms");
        LOG.info("the agent is stopping: drainMs={}", settings.drain().toMillis());
    }

    /** What the stop is at; makes the agent unready for the rest of its life. */
    void progressOfStop(String what) {
        stopping = what;
    }

    /** The end: what is true of a running process alone goes. */
    void stopped() {
        try {
            portsFile.delete();
        } catch (IOException e) {
            LOG.warn("run/ports.json cannot be removed: home={}", home.root(), e);
        }
    }

    @Override
    public Identity identity() {
        return identity;
    }

    @Override
    public List<SubsystemView> subsystems() {
        return subsystems;
    }

    @Override
    public List<Listening.Bound> listening() {
        List<Listening.Bound> bound = new ArrayList<>();
        for (Listening listener : listening) {
            bound.addAll(boundOf(listener));
        }
        bound.sort((a, b) -> a.name().compareTo(b.name()));
        return List.copyOf(bound);
    }

    /** A listener that throws is a defect of its own; the others must stay visible. */
    private List<Listening.Bound> boundOf(Listening listener) {
        try {
            List<Listening.Bound> bound = listener.bound();
            mute.remove(listener);
            return bound;
        } catch (RuntimeException e) {
            if (mute.add(listener)) {
                LOG.warn("a listener cannot tell its ports: class={}", listener.getClass(), e);
            }
            return List.of();
        }
    }

    @Override
    public boolean ready() {
        return allReady && stopping == null;
    }

    @Override
    public Optional<String> stopping() {
        return Optional.ofNullable(stopping);
    }

    @Override
    public boolean started() {
        return started;
    }

    @Override
    public boolean live() {
        return sound.getAsBoolean();
    }

    /** When the agent was ready for the first time. */
    Optional<Instant> firstReady() {
        return Optional.ofNullable(firstReady);
    }

    /** How each step started. */
    List<StepRecord> startRecords() {
        return recorder.records();
    }

    /** How often any step entered a state. */
    long entered(State state) {
        return stepLog.entered(state);
    }
}
