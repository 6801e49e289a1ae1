package io.drover.core.internal;

import io.drover.api.agent.Agent.Identity;
import io.drover.api.agent.Home;
import io.drover.testing.Configured;
import io.drover.testing.ManualClock;
import io.drover.testing.ScriptedSubsystem;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An agent on a test's clock, home and terminal. */
final class Agents {

    static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    final ManualClock clock = new ManualClock(T0);
    boolean sound = true;
    final List<Integer> exits = new ArrayList<>();
    final RunningAgent agent;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    Agents(Path home, ScriptedSubsystem... subsystems) {
        Roster roster = new Roster(present -> Map.of(), Map::of, Duration.ofSeconds(5), clock);
        for (ScriptedSubsystem subsystem : subsystems) {
            roster.add(subsystem);
        }
        agent =
                new RunningAgent(
                        new Identity("1.2.3", "abc", "17", "4.4.10", "host-a", 4711, T0),
                        roster,
                        new Home(home),
                        Settings.from(Configured.with(CoreConfig.class, Map.of())),
                        clock,
                        new PrintStream(printed, true, StandardCharsets.UTF_8),
                        exits::add,
                        () -> sound);
    }

    static InetSocketAddress at(String host, int port) {
        return new InetSocketAddress(host, port);
    }

    String terminal() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
