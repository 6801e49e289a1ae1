package io.drover.config.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.agent.Home;
import io.drover.api.config.LiveConfiguration;
import io.drover.api.config.Reload;
import io.drover.config.recorder.Recorder;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Dictionary;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.SynchronousConfigurationListener;

/** The whole bundle in a small framework; what counts are the components' own eyes. */
class ConfigInFelixTest {

    private static final String ALPHA = "io.drover.alpha";
    private static final String BETA = "io.drover.beta";
    private static final String FAST = "config: {watch_interval_ms: 100, settle_ms: 50}\n";

    @TempDir Path folder;

    private SmallFramework framework;

    @BeforeEach
    void start() throws Exception {
        Recorder.clear();
        Files.createDirectories(folder.resolve("home/etc"));
        System.setProperty(Home.PROPERTY, folder.resolve("home").toString());
        write(FAST + "alpha: {size_max: 9, bind: ['::']}\n");
        framework = new SmallFramework(folder.resolve("felix"));
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        System.clearProperty(Home.PROPERTY);
    }

    @Test
    void componentsGetTheirOwnSectionTypedOrTheirDefaults() throws Exception {
        framework.installAll();

        install("alpha").start();
        install("beta").start();

        awaitSeen("alpha 9 ::", "beta 7 127.0.0.1,::1");
        Dictionary<String, Object> alpha = framework.configuration(ALPHA).getProperties();
        assertThat(alpha.get("size.max")).isEqualTo(9);
        assertThat((String[]) alpha.get("bind")).containsExactly("::");
        assertThat(framework.configuration(BETA).getProperties().get("size.max")).isNull();
    }

    @Test
    void aChangeOfTheFileReconfiguresOneComponentAndNoOther() throws Exception {
        startBoth();
        long before = framework.configuration(BETA).getChangeCount();
        Recorder.clear();

        write(FAST + "alpha: {size_max: 10}\n");

        awaitSeen("alpha off", "alpha 10 127.0.0.1,::1");
        assertThat(framework.configuration(BETA).getChangeCount()).isEqualTo(before);
        assertThat(Recorder.seen()).noneMatch(what -> what.startsWith("beta"));
    }

    @Test
    void aWrongFileReachesNobody() throws Exception {
        startBoth();
        Recorder.clear();

        write(FAST + "alpha: {size_max: 1000}\nbeta: {size_max: 2}\n");
        awaitFindings(1);
        write(FAST + "alpha: {size_max: 9, bind: ['::']}\nbeta: {size_max: 3}\n");

        awaitSeen("beta off", "beta 3 127.0.0.1,::1");
        assertThat(Recorder.seen()).hasSize(2);
    }

    @Test
    void aMistakeThatOnlyAReloadSawIsForgottenWhenItIsTakenAway() throws Exception {
        startBoth();
        Path wrong = folder.resolve("home/etc/conf.d/wrong.yaml");
        Files.createDirectories(wrong.getParent());

        for (int i = 0; i < 10; i++) {
            Files.writeString(wrong, "alpha: {size_max: x}");
            Reload reload = configuration().reload(Duration.ofSeconds(20));
            Files.delete(wrong);

            assertThat(reload.outcome()).isEqualTo(Reload.Outcome.REFUSED);
            awaitFindings(0);
        }
    }

    @Test
    void anUpdateOfABundleNeitherDeletesNorChangesItsConfiguration() throws Exception {
        startBoth();
        List<String> events = recordEvents();
        long before = framework.configuration(ALPHA).getChangeCount();

        for (int i = 1; i <= 10; i++) {
            Recorder.clear();
            Path next = PackedBundle.pack("alpha", "1.0." + i, folder);
            framework.bundle(ALPHA).update(Files.newInputStream(next));
            awaitSeen("alpha off", "alpha 9 ::");
        }

        assertThat(events).isEmpty();
        assertThat(framework.configuration(ALPHA).getChangeCount()).isEqualTo(before);
    }

    @Test
    void aStartThatLacksABundleHandsOutNothingUntilItComes() throws Exception {
        write(FAST + "odd: {poll_interval_ms: 3}\nalpha: {size_max: 9, bind: ['::']}\n");
        framework.installAll();
        awaitFindings(2);
        install("odd").start();
        awaitFindings(1);
        assertThat(framework.configuration("io.drover.odd")).isNull();

        install("alpha").start();

        awaitSeen("alpha 9 ::");
        awaitConfiguration("io.drover.odd");
        assertThat(framework.configuration("io.drover.odd").getProperties().get("poll.interval.ms"))
                .isEqualTo(3);
    }

    @Test
    void onlyAnUninstalledBundleLosesItsConfiguration() throws Exception {
        startBoth();

        framework.bundle(ALPHA).stop();
        framework.bundle(BETA).uninstall();

        SmallFramework.await(
                "beta's configuration is gone",
                () -> framework.configuration(BETA) == null,
                () -> framework.configuration(BETA));
        assertThat(framework.configuration(ALPHA)).isNotNull();
    }

    @Test
    void updatesOfItselfTouchNobodyAndLeaveNothingBehind() throws Exception {
        startBoth();
        List<String> events = recordEvents();
        Recorder.clear();

        WeakReference<ClassLoader> former = null;
        for (int i = 0; i < 10; i++) {
            Bundle config = framework.bundle("io.drover.config");
            former = new WeakReference<>(config.adapt(BundleWiring.class).getClassLoader());
            config.update();
            refresh(config);
            awaitFindings(0);
        }
        write(FAST + "alpha: {size_max: 11}\n");
        awaitSeen("alpha off", "alpha 11 127.0.0.1,::1");

        assertThat(events).containsExactly("1 " + ALPHA);
        assertThat(threads()).isEqualTo(1);
        WeakReference<ClassLoader> loader = former;
        SmallFramework.await(
                "the former class loader is gone",
                () -> {
                    System.gc();
                    return loader.get() == null;
                },
                loader::get);
    }

    @Test
    void whatSomebodyElseEditsStaysUntilTheSourcesSaySomethingNew() throws Exception {
        startBoth();
        Configuration alpha = framework.configuration(ALPHA);
        Dictionary<String, Object> edited = alpha.getProperties();
        edited.put("size.max", 42);
        alpha.update(edited);
        awaitSeen("alpha 9 ::", "alpha off", "alpha 42 ::");

        write(FAST + "alpha: {size_max: 9, bind: ['::']}\nbeta: {size_max: 3}\n");
        awaitSeen("beta off", "beta 3 127.0.0.1,::1");
        assertThat(framework.configuration(ALPHA).getProperties().get("size.max")).isEqualTo(42);

        write(FAST + "alpha: {size_max: 10}\n");
        awaitSeen("alpha off", "alpha 10 127.0.0.1,::1");
    }

    @Test
    void afterARestartNoComponentSeesWhatHeldBefore() throws Exception {
        startBoth();
        framework.stop();
        write(FAST + "alpha: {size_max: 55, bind: ['::']}\n");
        Recorder.clear();

        framework = new SmallFramework(folder.resolve("felix"));

        awaitSeen("alpha 55 ::", "beta 7 127.0.0.1,::1");
        assertThat(Recorder.seen()).hasSize(2);
    }

    @Test
    void aKilledProcessLeavesNoCopyOfAConfiguration() throws Exception {
        startBoth();

        try (Stream<Path> files = Files.walk(folder.resolve("felix"))) {
            assertThat(files.map(Path::toString))
                    .noneMatch(file -> file.endsWith("alpha.config"))
                    .noneMatch(file -> file.endsWith("beta.config"));
        }
    }

    private void startBoth() throws Exception {
        framework.installAll();
        install("alpha").start();
        install("beta").start();
        awaitSeen("alpha 9 ::", "beta 7 127.0.0.1,::1");
        awaitConfiguration("io.drover.config");
    }

    private Bundle install(String word) throws Exception {
        return framework.install(PackedBundle.pack(word, "1.0.0", folder));
    }

    private void refresh(Bundle bundle) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        framework
                .context()
                .getBundle(0)
                .adapt(FrameworkWiring.class)
                .refreshBundles(Set.of(bundle), event -> done.countDown());
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    }

    private List<String> recordEvents() {
        List<String> events = new CopyOnWriteArrayList<>();
        SynchronousConfigurationListener listener =
                (ConfigurationEvent event) -> events.add(event.getType() + " " + event.getPid());
        framework.context().registerService(SynchronousConfigurationListener.class, listener, null);
        return events;
    }

    private void awaitSeen(String... what) {
        SmallFramework.await(
                "seen: " + List.of(what),
                () -> Recorder.seen().containsAll(List.of(what)),
                Recorder::seen);
    }

    private void awaitConfiguration(String pid) {
        SmallFramework.await(
                "a configuration " + pid,
                () -> framework.configuration(pid) != null,
                Recorder::seen);
    }

    private void awaitFindings(int count) {
        SmallFramework.await(
                count + " findings",
                () -> configuration().findings().size() == count && read(configuration()),
                () -> configuration().findings());
    }

    private static boolean read(LiveConfiguration configuration) {
        return !configuration.settings().isEmpty() || !configuration.findings().isEmpty();
    }

    private LiveConfiguration configuration() {
        return framework.service(LiveConfiguration.class);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("drover-config"))
                .count();
    }

    private void write(String content) throws IOException {
        Files.writeString(folder.resolve("home/etc/drover.yaml"), content);
    }
}
