package io.drover.conntrack.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drover.api.kernel.NetlinkSocket;
import io.drover.api.status.Status;
import io.drover.conntrack.internal.table.ConnectionTable;
import io.drover.conntrack.internal.top.TopTalkers;
import io.drover.testing.Await;
import io.drover.testing.Configured;
import io.drover.testing.NetworkNamespace;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the real kernel; needs root. */
class WatchdogTest {

    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int FLOWS = 5000;

    @TempDir static Path folder;

    @Test
    void letsTheKernelForgetWhatAHangingReaderIsNotTold() throws Exception {
        Optional<String> missing = NetworkNamespace.missing();
        assumeTrue(missing.isEmpty(), () -> "needs " + missing.get());
        Counters counters = new Counters();
        try (RealKernel kernel = new RealKernel(folder)) {
            Settings settings =
                    Settings.from(
                            Configured.with(
                                    ConntrackConfig.class,
                                    kernel.keys(
                                            Map.of(
                                                    "reliable",
                                                    true,
                                                    "receive_buffer_bytes",
                                                    16_384))));
            try (NetlinkSocket socket = Throttle.open(kernel.sockets(), settings)) {
                // Nobody calls its follow: that is how it hangs.
                Session session = new Session(kernel.sockets(), socket, settings, parts(counters));
                try (DatagramChannel channel = kernel.channel()) {
                    RealKernel.flows(channel, 0, FLOWS);
                }
                kernel.flush();
                assertThat(kernel.entries()).isGreaterThan(FLOWS / 2);

                Watchdog watchdog = new Watchdog(() -> session, counters);
                watchdog.start();
                try {
                    Await.until(
                            "the kernel has forgotten what ended",
                            DEADLINE,
                            () -> kernel.entries() == 0,
                            () -> kernel.entries() + " entries, " + counters.watchdog);
                } finally {
                    watchdog.stop();
                }
            }
        }
        assertThat(counters.watchdog.sum()).isEqualTo(1);
    }

    private static Session.Parts parts(Counters counters) {
        return new Session.Parts(
                new ConnectionTable(FLOWS, false, counters.table),
                new Streams(1, 1, 0, counters.streamLost),
                new TopTalkers(1, 1),
                counters,
                new Health(Status.waiting("the test", Instant.EPOCH), Clock.systemUTC()));
    }
}
