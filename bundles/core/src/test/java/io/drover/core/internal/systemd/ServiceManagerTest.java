package io.drover.core.internal.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kernel.KernelException;
import io.drover.api.kernel.UnixDatagrams;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceManagerTest {

    private static final long PID = 4711;

    private final List<String> heard = new ArrayList<>();
    private final UnixDatagrams socket =
            (address, message) ->
                    heard.add(address + " " + new String(message, StandardCharsets.UTF_8));
    private long nanos = 5_000_000_000L;

    @Test
    void saysReadyOnceAndTheStatusWhenItChanges() {
        ServiceManager manager = manager(Map.of());

        manager.look(false, true, "starting");
        manager.look(false, true, "starting");
        manager.look(true, true, "ready");
        manager.look(true, true, "ready");
        manager.look(false, true, "not ready;\n a  reason");

        assertThat(heard)
                .containsExactly(
                        "/run/notify STATUS=starting\n",
                        "/run/notify READY=1\nSTATUS=ready\n",
                        "/run/notify STATUS=not ready; a reason\n");
    }

    @Test
    void saysWithTheTimeThatItReloadsAndThenThatItIsReadyAgain() {
        ServiceManager manager = manager(Map.of());
        manager.look(true, true, "");
        heard.clear();
        nanos = 7_000_123_000L;

        manager.reloading();
        manager.reloaded();

        assertThat(heard)
                .containsExactly(
                        "/run/notify RELOADING=1\nMONOTONIC_USEC=7000123\n",
                        "/run/notify READY=1\n");
    }

    @Test
    void isReadyAgainOnlyAfterTheLastOfSeveralReloads() {
        ServiceManager manager = manager(Map.of());
        manager.look(true, true, "");
        heard.clear();

        manager.reloading();
        manager.reloading();
        manager.reloaded();
        assertThat(heard).hasSize(1);
        manager.reloaded();

        assertThat(heard).hasSize(2).last().isEqualTo("/run/notify READY=1\n");
    }

    @Test
    void saysThatItStopsAndHowLongThatMayTake() {
        ServiceManager manager = manager(Map.of());
        manager.look(true, true, "");
        heard.clear();

        manager.stopping(Duration.ofSeconds(61));
        manager.reloading();
        manager.look(true, true, "");

        assertThat(heard)
                .containsExactly(
                        "/run/notify STOPPING=1\n", "/run/notify EXTEND_TIMEOUT_USEC=61000000\n");
    }

    @Test
    void givesASignOfLifeAtHalfTheIntervalWhileTheProcessIsSound() {
        ServiceManager manager = manager(Map.of("WATCHDOG_USEC", "8000000"));
        assertThat(manager.beat()).contains(Duration.ofSeconds(2));

        List<Long> seconds = new ArrayList<>();
        for (long second = 0; second <= 16; second += 2) {
            nanos = TimeUnit.SECONDS.toNanos(100 + second);
            int before = heard.size();
            manager.look(false, second != 8, "");
            if (heard.size() > before) {
                seconds.add(second);
            }
        }

        assertThat(seconds).containsExactly(0L, 4L, 10L, 14L);
        assertThat(heard).containsOnly("/run/notify WATCHDOG=1\n");
    }

    @Test
    void leavesAWatchdogThatIsMeantForAnotherProcessAlone() {
        assertThat(manager(Map.of("WATCHDOG_USEC", "8000000", "WATCHDOG_PID", "1")).beat())
                .isEmpty();
        assertThat(manager(Map.of("WATCHDOG_USEC", "8000000", "WATCHDOG_PID", "4711")).beat())
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "soon", "9223372036854775807"})
    void takesAnIntervalThatIsNoneForNoWatchdog(String micros) {
        assertThat(manager(Map.of("WATCHDOG_USEC", micros)).beat()).isEmpty();
    }

    @Test
    void thereIsNoneWithoutASocketThatThisHostHas() {
        assertThat(ServiceManager.of(Map.of(), PID, () -> nanos)).isEmpty();
        assertThat(ServiceManager.of(Map.of("NOTIFY_SOCKET", "vsock:2:9"), PID, () -> nanos))
                .isEmpty();
    }

    @Test
    void saysWhatMattersWhenTheWayIsBack() {
        ServiceManager manager = manager(Map.of());
        manager.lose(socket);
        manager.look(true, true, "ready");
        assertThat(heard).isEmpty();

        manager.use(
                (address, message) -> {
                    throw new KernelException("send", 111);
                });
        manager.look(true, true, "ready");
        manager.use(socket);
        manager.look(true, true, "ready");

        assertThat(heard).containsExactly("/run/notify READY=1\nSTATUS=ready\n");
    }

    private ServiceManager manager(Map<String, String> more) {
        Map<String, String> environment = new java.util.HashMap<>(more);
        environment.put("NOTIFY_SOCKET", "/run/notify");
        ServiceManager manager = ServiceManager.of(environment, PID, () -> nanos).orElseThrow();
        manager.use(socket);
        return manager;
    }
}
