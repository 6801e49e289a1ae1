package io.drover.conntrack.internal;

import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.kernel.internal.NativeCalls;
import io.drover.kernel.internal.NetlinkSockets;
import io.drover.testing.Await;
import io.drover.testing.Configured;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** The bundle in a process that may do nothing: prints where it stands. For a child process. */
public final class WithoutPrivilege {

    private WithoutPrivilege() {}

    /** Prints reason and remedy. */
    public static void main(String[] arguments) throws Exception {
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        NativeCalls calls = NativeCalls.load(List.of(Path.of(arguments[0])));
        NetlinkSockets sockets = new NetlinkSockets(4, Duration.ofSeconds(1), clock);
        ConntrackComponent conntrack =
                new ConntrackComponent(Configured.with(ConntrackConfig.class, Map.of()));
        conntrack.bindNetlink(sockets);
        Await.until(
                "it says what it lacks",
                Duration.ofSeconds(20),
                () -> status(conntrack).state() == State.DEGRADED,
                () -> conntrack.steps().toString());
        Status status = status(conntrack);
        System.out.println(status.state() + "\n" + status.reason() + "\n" + status.remedy());
        conntrack.stop();
        sockets.stop(Duration.ofSeconds(5));
        clock.shutdownNow();
        calls.close();
    }

    private static Status status(ConntrackComponent conntrack) {
        return conntrack.steps().get(0).status();
    }
}
