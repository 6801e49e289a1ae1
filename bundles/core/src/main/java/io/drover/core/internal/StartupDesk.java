package io.drover.core.internal;

import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.agent.Startup;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.core.internal.startup.Start;
import io.drover.core.internal.startup.Start.Needs;
import io.drover.core.internal.startup.StartPlot;
import io.drover.core.internal.startup.StartText;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** The start of the agent, put together when somebody asks. Any thread. */
final class StartupDesk implements Startup {

    /** Set by the launcher before it starts the container: milliseconds of the era. */
    private static final String CONTAINER = "drover.start.container";

    private final RunningAgent agent;
    private final Supplier<Map<String, Needs>> needs;
    private final Clock clock;
    private final Instant core;

    /**
     * @param needs by subsystem, those that its start stood on
     * @param core when the bundle core came up
     */
    StartupDesk(RunningAgent agent, Supplier<Map<String, Needs>> needs, Clock clock, Instant core) {
        this.agent = agent;
        this.needs = needs;
        this.clock = clock;
        this.core = core;
    }

    @Override
    public String show(View view) {
        return switch (view) {
            case STEPS -> steps();
            case BLAME -> StartText.blame(start());
            case CRITICAL_CHAIN -> StartText.criticalChain(start());
            case PLOT -> StartPlot.of(start());
        };
    }

    /** The start as data. */
    Start start() {
        Instant began = agent.identity().startedAt();
        Instant told = Instant.ofEpochMilli(Long.getLong(CONTAINER, began.toEpochMilli()));
        // The bundle may have been replaced since: it did not come up before the container.
        Instant up =
                agent.startRecords().stream()
                        .map(r -> r.begin())
                        .min(Instant::compareTo)
                        .orElse(core);
        Instant container = told.isBefore(began) || told.isAfter(core) ? began : told;
        return new Start(
                began,
                container,
                up.isBefore(core) && up.isAfter(container) ? up : core,
                agent.firstReady(),
                clock.instant(),
                agent.startRecords(),
                needs.get());
    }

    private String steps() {
        Instant begin = agent.identity().startedAt();
        TextTable table = new TextTable("STEP", "STATE", "AFTER", "TRIES", "WHY");
        for (SubsystemView view : agent.subsystems()) {
            if (view.steps().isEmpty()) {
                table.row(
                        view.name(),
                        view.state().name().toLowerCase(Locale.ROOT),
                        after(begin, view.since()),
                        "0",
                        view.reason());
            }
            for (Step step : view.steps()) {
                Status status = step.status();
                table.row(
                        view.name() + "/" + step.name(),
                        status.state().name().toLowerCase(Locale.ROOT),
                        after(begin, status.since()),
                        Integer.toString(status.attempts()),
                        status.reason());
            }
        }
        return table.toString();
    }

    private static String after(Instant begin, Instant at) {
        return String.format(
                Locale.ROOT, "%.3f s", Duration.between(begin, at).toMillis() / 1000.0);
    }
}
