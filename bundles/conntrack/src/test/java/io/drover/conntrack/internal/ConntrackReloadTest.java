package io.drover.conntrack.internal;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.ConnectionStream;
import io.drover.api.status.State;
import io.drover.testing.Await;
import io.drover.testing.Configured;
import io.drover.testing.NetworkNamespace;
import io.drover.testing.Reload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConntrackReloadTest {

    @Test
    void leavesNoThreadAndNoClassBehind() {
        Optional<String> missing = NetworkNamespace.missing();
        assumeTrue(missing.isEmpty(), () -> "needs " + missing.get());

        Reload.leavesNothing(Life.class);
    }

    /** From activation over traffic and a stream that stays open to deactivation. */
    static final class Life implements Runnable {

        @Override
        public void run() {
            try {
                Path folder = Files.createTempDirectory("drover-test");
                try (RealKernel kernel = new RealKernel(folder)) {
                    follow(kernel);
                }
                Files.delete(folder);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        private static void follow(RealKernel kernel) throws Exception {
            ConntrackComponent conntrack =
                    new ConntrackComponent(
                            Configured.with(ConntrackConfig.class, kernel.keys(Map.of())));
            conntrack.bindNetlink(kernel.sockets());
            Await.until(
                    "it is active",
                    Duration.ofSeconds(30),
                    () -> conntrack.steps().get(0).status().state() == State.ACTIVE,
                    () -> conntrack.steps().toString());
            ConnectionStream stream = conntrack.stream(ConnectionFilter.ALL, 10);
            kernel.udp("127.0.0.1", 4711);
            Await.until(
                    "the stream tells",
                    Duration.ofSeconds(30),
                    () -> stream.poll() != null,
                    () -> conntrack.facts().toString());
            conntrack.stop();
        }
    }
}
