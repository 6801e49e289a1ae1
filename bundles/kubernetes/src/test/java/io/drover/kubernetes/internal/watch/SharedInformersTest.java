package io.drover.kubernetes.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.Observer;
import io.drover.kubernetes.internal.client.BackOff;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedInformersTest {

    private static final ObjectKind KIND = new ObjectKind("v1", "ConfigMap");
    private static final BackOff BACK_OFF =
            new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(1), () -> 0.5);

    private final ScriptedSource source = new ScriptedSource();
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor();
    private final List<Informer<KubeObject>> made = new ArrayList<>();
    private final SharedInformers shared =
            new SharedInformers((key, sink) -> informer(sink), new OwnWrites(System::nanoTime));

    private RunningInformer<KubeObject> informer(Sink<KubeObject> sink) {
        RunningInformer<KubeObject> running =
                new RunningInformer<>(
                        wake ->
                                new Informer<KubeObject>(
                                        "things",
                                        source,
                                        object -> object,
                                        sink,
                                        new Informer.Timing(
                                                Duration.ofMinutes(5), Duration.ofMinutes(2)),
                                        BACK_OFF,
                                        new WatchCounters(),
                                        System::nanoTime,
                                        Clock.systemUTC(),
                                        wake),
                        informer -> {},
                        looks,
                        BACK_OFF);
        made.add(running.informer());
        return running;
    }

    @AfterEach
    void end() {
        shared.close();
        looks.shutdownNow();
    }

    @Test
    void manyWhoFollowTheSameHaveOneInformer() {
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();
        shared.watch(KIND, "", new Names(first::add));
        shared.watch(KIND, "", new Names(second::add));
        made.get(0).look();
        source.put("one");

        assertThat(made).hasSize(1);
        assertThat(first).containsExactly("one");
        assertThat(second).containsExactly("one");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatOneObserverThrowsHarmsNoOther(boolean bundleReplaced) {
        List<String> second = new ArrayList<>();
        shared.watch(
                KIND,
                "",
                new Names(
                        name -> {
                            if (bundleReplaced) {
                                throw new NoClassDefFoundError("of a bundle that was replaced");
                            }
                            throw new IllegalStateException("a defect of the observer");
                        }));
        shared.watch(KIND, "", new Names(second::add));
        made.get(0).look();

        source.put("one");
        source.put("two");

        assertThat(second).containsExactly("one", "two");
    }

    @Test
    void whoBeginsAfterTheEndIsToldNothingAndNothingRuns() {
        List<String> told = new ArrayList<>();
        shared.close();

        shared.watch(KIND, "", new Names(told::add));
        made.get(0).look();
        source.put("one");

        assertThat(told).isEmpty();
        assertThat(source.requests).isEmpty();
        assertThat(shared.byKey()).isEmpty();
    }

    private record Names(Consumer<String> to) implements Observer {

        @Override
        public void added(KubeObject object) {
            to.accept(object.name());
        }

        @Override
        public void updated(KubeObject before, KubeObject after) {
            to.accept(after.name());
        }

        @Override
        public void deleted(KubeObject last) {}
    }
}
