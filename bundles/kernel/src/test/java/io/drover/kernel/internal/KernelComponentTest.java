package io.drover.kernel.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.agent.Home;
import io.drover.api.kernel.Netlink;
import io.drover.api.kernel.NetlinkClosedException;
import io.drover.api.kernel.NetlinkOptions;
import io.drover.api.kernel.NetlinkSocket;
import io.drover.api.status.State;
import io.drover.testing.Await;
import io.drover.testing.Configured;
import io.drover.testing.RecordedSamples;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class KernelComponentTest {

    private static final Duration DEADLINE = Duration.ofSeconds(20);
    @TempDir Path home;
    private final AtomicReference<Netlink> offered = new AtomicReference<>();
    private Runnable atWithdrawal = () -> {};

    @BeforeEach
    void nameHome() {
        System.setProperty(Home.PROPERTY, home.toString());
    }

    @AfterEach
    void forgetHome() {
        System.clearProperty(Home.PROPERTY);
    }

    @Test
    void offersNetlinkOnceNativeCallsArePossibleAndTakesEverythingBackAtItsStop() throws Exception {
        KernelComponent component = component();
        awaitActive(component);
        NetlinkSocket socket = offered.get().open("test", NetlinkOptions.PLAIN);

        component.stop();

        assertThat(offered).hasNullValue();
        assertThatThrownBy(socket::takeDrops)
                .isInstanceOf(NetlinkClosedException.class)
                .hasMessageContaining("KERNEL_STOPPED");
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("drover-kernel") || name.startsWith("JNA"));
        try (var left = Files.walk(home)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void leavesNoDescriptorOpenHoweverItsOwnersLetGo() throws Exception {
        KernelComponent component = component();
        awaitActive(component);
        long before = openDescriptors();
        NetlinkSocket late = offered.get().open("late", NetlinkOptions.PLAIN);
        offered.get().open("parked", NetlinkOptions.PLAIN).park();
        // As an owner does that learns of the end by the service's withdrawal.
        atWithdrawal = late::park;

        component.stop();

        assertThat(openDescriptors()).isEqualTo(before);
    }

    private static long openDescriptors() throws Exception {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    @Test
    void givesEachSeriesThatItDeclares() throws Exception {
        KernelComponent component = component();
        awaitActive(component);
        offered.get().open("owned", NetlinkOptions.PLAIN);
        offered.get().open("parked", NetlinkOptions.PLAIN).park();
        RecordedSamples samples = new RecordedSamples();

        component.collect(samples);
        component.stop();

        assertThat(samples.values())
                .containsEntry("drover_kernel_sockets{state=\"owned\"}", 1.0)
                .containsEntry("drover_kernel_sockets{state=\"parked\"}", 1.0)
                .containsEntry("drover_kernel_sockets_opened_total", 2.0)
                .containsEntry("drover_kernel_sockets_parked_total", 1.0)
                .hasSize(6);
        assertThat(component.families()).hasSize(5);
    }

    @Test
    void worksAgainAfterItsConfigurationChanged() throws Exception {
        for (int i = 0; i < 3; i++) {
            KernelComponent component = component();
            awaitActive(component);
            assertThat(offered.get().open("test", NetlinkOptions.PLAIN).takeDrops()).isZero();
            component.stop();
        }
    }

    private KernelComponent component() {
        return new KernelComponent(context(), Configured.with(KernelConfig.class, Map.of()));
    }

    private void awaitActive(KernelComponent component) {
        Await.until(
                "kernel is active",
                DEADLINE,
                () -> component.steps().get(0).status().state() == State.ACTIVE,
                () -> component.steps().toString());
    }

    /** A framework that takes services and no more. */
    private BundleContext context() {
        ServiceRegistration<?> registration =
                proxy(
                        ServiceRegistration.class,
                        (method, arguments) -> {
                            atWithdrawal.run();
                            offered.set(null);
                            return null;
                        });
        return proxy(
                BundleContext.class,
                (method, arguments) -> {
                    if (method.equals("registerService")) {
                        if (arguments[1] instanceof Netlink netlink) {
                            offered.set(netlink);
                        }
                        return registration;
                    }
                    return null;
                });
    }

    private interface Call {
        Object answer(String method, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (self, method, arguments) -> call.answer(method.getName(), arguments)));
    }
}
