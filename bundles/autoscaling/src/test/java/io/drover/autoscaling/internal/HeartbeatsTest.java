package io.drover.autoscaling.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.watch.Heartbeat;
import io.drover.autoscaling.internal.guard.Budgets;
import io.drover.autoscaling.internal.guard.Slots;
import io.drover.testing.Await;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A worker that waits for the API server shows since when. */
class HeartbeatsTest {

    private final Rig rig =
            new Rig(
                    new Slots(9),
                    Budgets.unlimited(),
                    Outside.noPrometheus(),
                    Outside.noRecommenders());

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void eachWorkerHasOneAndNoneIsVital() {
        assertThat(rig.controller.heartbeats())
                .extracting(Heartbeat::thread)
                .containsExactly("drover-autoscaling-1", "drover-autoscaling-2");
        assertThat(rig.controller.heartbeats()).noneMatch(Heartbeat::vital);
    }

    @Test
    void aRoundThatHangsIsSeenAndEndsWithTheHang() {
        rig.deployment("web", 2, "50m");
        rig.cluster.put(rig.scaler("web"));

        synchronized (rig.cluster) { // nobody is answered meanwhile
            rig.controller.changed();
            await("a round", true);
        }
        await("no round", false);
    }

    private void await(String what, boolean present) {
        Await.until(
                what,
                Duration.ofSeconds(10),
                () ->
                        rig.controller.heartbeats().stream()
                                        .anyMatch(heartbeat -> heartbeat.round().isPresent())
                                == present,
                () -> rig.explain("web"));
    }
}
