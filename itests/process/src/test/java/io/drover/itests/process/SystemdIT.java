package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.itests.process.NotifySocket.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent as a service of systemd: its messages, and the unit. */
class SystemdIT {

    private static final Path UNIT =
            Path.of(System.getProperty("drover.itests"))
                    .resolve("../deploy/systemd/drover.service")
                    .normalize();
    private static final Pattern EXPOSURE =
            Pattern.compile("Overall exposure level for drover.service: (\\d+\\.\\d+)");

    @TempDir Path folder;

    @Test
    void tellsOfItsWholeLifeInTheOrderThatSystemdWants() throws IOException {
        String address = folder.resolve("notify").toString();
        try (NotifySocket socket = NotifySocket.open(address);
                RunningDrover drover =
                        RunningDrover.start("systemd")
                                .by("sh", "-c", "WATCHDOG_PID=$$ exec \"$@\"", "sh")
                                .environment("NOTIFY_SOCKET", address)
                                .environment("WATCHDOG_USEC", "4000000")
                                .environment("DROVER_CORE_DRAIN_MS", "1000")
                                .ready()) {
            socket.await("READY=1", 1);
            assertThat(socket.with("READY=1").get(0).value("STATUS")).startsWith("ready");

            assertThat(drover.api("POST", "/api/v1/reload", drover.token()).statusCode())
                    .isEqualTo(200);
            socket.await("READY=1", 2);
            Message reloading = socket.with("RELOADING=1").get(0);
            Message ready = socket.with("READY=1").get(1);
            long said = Long.parseLong(reloading.value("MONOTONIC_USEC"));
            assertThat(said)
                    .isLessThanOrEqualTo(reloading.micros())
                    .isGreaterThan(socket.with("READY=1").get(0).micros());
            assertThat(reloading.micros()).isLessThan(ready.micros());

            socket.await("WATCHDOG=1", 4);
            List<Message> signs = socket.with("WATCHDOG=1");
            for (int i = 1; i < signs.size(); i++) {
                assertThat(signs.get(i).micros() - signs.get(i - 1).micros())
                        .as("microseconds between two signs of life")
                        .isLessThan(4_000_000);
            }

            assertThat(drover.stop()).isZero();

            assertThat(socket.with("STOPPING=1")).hasSize(1);
            assertThat(socket.with("EXTEND_TIMEOUT_USEC=61000000")).hasSize(1);
            assertThat(socket.with("STATUS=stopping: ")).isNotEmpty();
            assertThat(socket.with("READY=1")).hasSize(2);
            assertThat(socket.messages()).allMatch(message -> message.pid() == drover.pid());
        }
    }

    @Test
    void givesNoSignOfLifeForAnotherProcessAndSpeaksToAbstractSockets() throws IOException {
        String address = "@drover-test-" + ProcessHandle.current().pid();
        try (NotifySocket socket = NotifySocket.open(address);
                RunningDrover drover =
                        RunningDrover.start("systemd-abstract")
                                .environment("NOTIFY_SOCKET", address)
                                .environment("WATCHDOG_USEC", "1000000")
                                .environment("WATCHDOG_PID", "1")
                                .ready()) {
            socket.await("READY=1", 1);

            assertThat(drover.stop()).isZero();

            assertThat(socket.with("STOPPING=1")).hasSize(1);
            assertThat(socket.with("WATCHDOG=1")).isEmpty();
        }
    }

    @Test
    void theUnitIsSoundAndKeepsTheServiceWithinItsBounds() throws IOException {
        Needs.program("systemd-analyze", "systemd");
        Path unit = folder.resolve("drover.service");
        Files.writeString(
                unit,
                Files.readString(UNIT)
                        .replace("/opt/drover/", RunningDrover.assembly().toString() + "/"));

        assertThat(Command.run("systemd-analyze", "verify", unit.toString()).orFail()).isEmpty();

        String security =
                Command.run(
                                "systemd-analyze",
                                "security",
                                "--no-pager",
                                "--offline=true",
                                unit.toString())
                        .orFail();
        Matcher exposure = EXPOSURE.matcher(security);
        assertThat(exposure.find()).as(security).isTrue();
        assertThat(Double.parseDouble(exposure.group(1))).isLessThanOrEqualTo(2.0);
    }
}
