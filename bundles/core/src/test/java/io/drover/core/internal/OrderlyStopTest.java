package io.drover.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.core.internal.startup.ScriptedFramework;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;

class OrderlyStopTest {

    private final ScriptedFramework framework = new ScriptedFramework();
    private final List<String> stopped = Collections.synchronizedList(new ArrayList<>());
    private final List<String> told = new ArrayList<>();

    @Test
    void stopsTheLastOfTheStartFirstAndTheListenersAfterWhatTheyServe() {
        for (String word :
                new String[] {
                    "http", "plugin", "conntrack", "config", "security", "grpc", "core"
                }) {
            works("io.drover." + word);
        }

        List<String> late = stop(Duration.ofSeconds(5));

        assertThat(late).isEmpty();
        assertThat(stopped)
                .containsExactly(
                        "io.drover.plugin",
                        "io.drover.conntrack",
                        "io.drover.grpc",
                        "io.drover.http",
                        "io.drover.security");
        assertThat(told).contains("stopping conntrack").hasSize(5);
    }

    @Test
    void leavesAloneWhatOnlyLendsClassesWhatIsNotActiveAndWhatIsNotDrovers() {
        framework.bundle("io.drover.api", Bundle.ACTIVE, false, () -> stopped.add("api"));
        framework.bundle("io.drover.link", Bundle.RESOLVED, true, () -> stopped.add("link"));
        framework.bundle("org.jline", Bundle.ACTIVE, true, () -> stopped.add("jline"));

        assertThat(stop(Duration.ofSeconds(5))).isEmpty();

        assertThat(stopped).isEmpty();
    }

    @Test
    void cutsOffABundleThatHangsNamesItAndGoesOn() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        framework.bundle(
                "io.drover.grpc",
                Bundle.ACTIVE,
                true,
                () -> {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                });
        works("io.drover.http");

        assertThat(stop(Duration.ofMillis(50))).containsExactly("io.drover.grpc");

        assertThat(stopped).containsExactly("io.drover.http");
        interrupted.await();
    }

    @Test
    void aBundleThatThrowsInItsStopDoesNotKeepTheOthersFromStopping() {
        framework.bundle(
                "io.drover.grpc",
                Bundle.ACTIVE,
                true,
                () -> {
                    throw new IllegalStateException("on purpose");
                });
        works("io.drover.http");

        assertThat(stop(Duration.ofSeconds(5))).isEmpty();

        assertThat(stopped).containsExactly("io.drover.http");
    }

    private void works(String name) {
        framework.bundle(name, Bundle.ACTIVE, true, () -> stopped.add(name));
    }

    private List<String> stop(Duration deadline) {
        return new OrderlyStop(framework.context(), deadline, told::add).run();
    }
}
