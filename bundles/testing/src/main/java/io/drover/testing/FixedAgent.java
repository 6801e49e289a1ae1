package io.drover.testing;

import io.drover.api.agent.Agent;
import io.drover.api.net.Listening;
import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** An agent of version 1.2.3 with one subsystem, {@code conntrack}, that is degraded. */
public final class FixedAgent implements Agent {

    /** When everything about it happened. */
    public static final Instant SINCE = Instant.parse("2026-01-02T03:04:05.006Z");

    @Override
    public Identity identity() {
        return new Identity("1.2.3", "abcdef", "17.0.1", "4.4.10", "host-a", 4711, SINCE);
    }

    @Override
    public List<SubsystemView> subsystems() {
        Step step =
                Step.needed(
                        "netlink",
                        "netlink socket",
                        Status.starting(SINCE)
                                .toDegraded("no privilege", "add CAP_NET_ADMIN", SINCE));
        return List.of(
                new SubsystemView(
                        "conntrack",
                        State.DEGRADED,
                        SINCE,
                        "no privilege",
                        "add CAP_NET_ADMIN",
                        List.of(step),
                        Map.of()));
    }

    @Override
    public List<Listening.Bound> listening() {
        return List.of();
    }

    @Override
    public boolean ready() {
        return true;
    }

    @Override
    public boolean started() {
        return true;
    }

    @Override
    public boolean live() {
        return true;
    }
}
