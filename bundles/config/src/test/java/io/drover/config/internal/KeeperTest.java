package io.drover.config.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.config.Finding;
import io.drover.api.config.Reload;
import io.drover.api.config.Reload.Outcome;
import io.drover.api.config.Setting;
import io.drover.api.status.State;
import io.drover.config.internal.read.SourceFolder;
import io.drover.config.internal.read.SourceReader;
import io.drover.config.internal.schema.MetatypeXml;
import io.drover.config.internal.schema.Schema;
import io.drover.config.internal.schema.Section;
import io.drover.config.internal.secret.SecretThread;
import io.drover.testing.ManualClock;
import io.drover.testing.RecordedSamples;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeeperTest {

    private static final String ALPHA =
            "<AD id='size.max' type='Integer' max='100' default='7'/>"
                    + "<AD id='.password' type='Password' default=''/>";
    private static final String BETA = "<AD id='zone' type='String' default=''/>";

    private final ManualClock clock = new ManualClock(Instant.parse("2026-11-22T10:00:00Z"));
    private final RecordingPublisher publisher = new RecordingPublisher();
    private final Counts counts = new Counts();
    private final SecretThread secrets = SecretThread.of(Path.of("none"), clock, () -> {});

    private final List<Reload> changes = new ArrayList<>();

    @TempDir Path etc;
    @TempDir Path run;

    @Test
    void everySectionIsPublishedAlsoWhenNothingIsGiven() {
        Keeper keeper = begun(schema());

        assertThat(publisher.now)
                .isEqualTo(
                        Map.of(
                                "io.drover.alpha", Map.of(),
                                "io.drover.beta", Map.of(),
                                "io.drover.config", Map.of()));
        assertThat(keeper.view().status().state()).isEqualTo(State.ACTIVE);
        assertThat(keeper.settings().watchInterval()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aChangeIsPublishedForItsSectionAlone() throws IOException {
        Keeper keeper = begun(schema());
        publisher.calls.clear();
        write("alpha: {size_max: 9}");

        Reload reload = keeper.readIfChanged().orElseThrow();

        assertThat(publisher.calls).containsExactly("io.drover.alpha={size.max=9}");
        assertThat(reload.outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(reload.changes())
                .extracting(c -> c.section() + "." + c.key() + " " + c.before() + " " + c.after())
                .containsExactly("alpha.size_max 7 9");
        assertThat(keeper.readIfChanged()).isEmpty();
    }

    @Test
    void aWrongStartPublishesNothingAndIsRepairedByTheFile() throws IOException {
        write("alpha: {size_max: 101, zize: 1}\nbeta: {zone: a}");
        Keeper keeper = begun(schema());

        assertThat(publisher.calls).isEmpty();
        assertThat(keeper.view().status().state()).isEqualTo(State.FAILED);
        assertThat(keeper.view().status().reason())
                .isEqualTo(
                        "etc/drover.yaml:1:19: alpha.size_max must be 100 or less, is 101\n"
                                + "etc/drover.yaml:1:24: alpha.zize is not a key; there are"
                                + " size_max, password");
        assertThat(keeper.view().settings()).isEmpty();
        assertThat(series("drover_config_last_reload_successful", keeper)).isZero();

        write("beta: {zone: a}");
        assertThat(keeper.readIfChanged()).isPresent();
        assertThat(keeper.view().status().state()).isEqualTo(State.ACTIVE);
        assertThat(publisher.now).containsEntry("io.drover.beta", Map.of("zone", "a"));
    }

    @Test
    void aWrongStartStillLetsCoreTellOfItAndEndTheProcess() throws IOException {
        write("alpha: {size_max: 101}\ncore: {size_max: 9}");

        begun(with(schema(), "core", ALPHA));

        assertThat(publisher.calls).containsExactly("io.drover.core={}");
    }

    @Test
    void aWrongReloadLeavesAllAsItWas() throws IOException {
        write("alpha: {size_max: 9}\nbeta: {zone: a}");
        Keeper keeper = begun(schema());
        List<Setting> before = keeper.view().settings();
        publisher.calls.clear();
        clock.advance(Duration.ofMinutes(1));
        write("alpha: {size_max: many}\nbeta: {zone: b}");

        Reload reload = keeper.readIfChanged().orElseThrow();

        assertThat(reload.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(reload.findings()).hasSize(1);
        assertThat(publisher.calls).isEmpty();
        assertThat(keeper.view().settings()).isEqualTo(before);
        assertThat(keeper.view().status().state()).isEqualTo(State.DEGRADED);
        assertThat(series("drover_config_last_reload_successful", keeper)).isZero();
        assertThat(series("drover_config_findings", keeper)).isEqualTo(1);
        assertThat(series("drover_config_reloads_total{outcome=\"refused\"}", keeper)).isEqualTo(1);

        write("alpha: {size_max: 9}\nbeta: {zone: a}");
        assertThat(keeper.readIfChanged().orElseThrow().outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(keeper.view().status().state()).isEqualTo(State.ACTIVE);
        assertThat(series("drover_config_last_reload_successful", keeper)).isEqualTo(1);
    }

    @Test
    void aKeyThatIsTakenOutFallsBackToItsDefault() throws IOException {
        write("alpha: {size_max: 9}");
        Keeper keeper = begun(schema());
        Files.delete(etc.resolve("drover.yaml"));

        Reload reload = keeper.read();

        assertThat(reload.changes()).extracting(Reload.Change::after).containsExactly(7);
        assertThat(publisher.now).containsEntry("io.drover.alpha", Map.of());
    }

    @Test
    void aBundleThatComesLaterGetsItsSection() throws IOException {
        write("beta: {zone: a}");
        Keeper keeper = begun(schemaOf("alpha", ALPHA, "beta", null));
        assertThat(keeper.view().findings()).hasSize(1);

        keeper.schemaChanged(schema());

        assertThat(keeper.view().status().state()).isEqualTo(State.ACTIVE);
        assertThat(publisher.now).containsEntry("io.drover.beta", Map.of("zone", "a"));
    }

    @Test
    void aBundleThatComesLaterWithAWrongSectionTouchesNobodyElse() throws IOException {
        write("alpha: {size_max: 9}\nlink: {url: 7}");
        Keeper keeper = begun(schema());
        publisher.calls.clear();

        keeper.schemaChanged(with(schema(), "link", "<AD id='port' type='Integer' default='1'/>"));

        assertThat(publisher.calls).isEmpty();
        assertThat(keeper.view().status().state()).isEqualTo(State.DEGRADED);
        assertThat(keeper.view().status().reason()).contains("link.url is not a key");
    }

    @Test
    void aBundleThatComesWhileTheFilesAreWrongGetsWhatHolds() throws IOException {
        write("beta: {zone: a}");
        Keeper keeper = begun(schema());
        write("beta: {zone: b}\nalpha: {size_max: many}\nlink: {url: new}");
        assertThat(keeper.read().outcome()).isEqualTo(Outcome.REFUSED);

        keeper.schemaChanged(with(schema(), "link", "<AD id='url' type='String' default=''/>"));

        assertThat(publisher.now)
                .containsEntry("io.drover.link", Map.of())
                .containsEntry("io.drover.beta", Map.of("zone", "a"));
        assertThat(keeper.view().findings())
                .extracting(Finding::key)
                .containsExactly("alpha.size_max");
    }

    @Test
    void aBundleThatIsGoneTakesItsConfigurationWithIt() {
        Keeper keeper = begun(schema());

        keeper.schemaChanged(schemaOf("alpha", ALPHA, "beta", null));

        assertThat(publisher.now).containsOnlyKeys("io.drover.config", "io.drover.alpha");
    }

    @Test
    void secretsReachWhoeverAsksForThemAndNoServiceProperty() throws IOException {
        write("alpha: {password: canary-1}");
        Keeper keeper = begun(schema());
        write("alpha: {password: canary-2}");

        Reload reload = keeper.read();

        assertThat(publisher.now).containsEntry("io.drover.alpha", Map.of());
        assertThat(secrets.store().current("alpha", "password").orElseThrow().reveal())
                .isEqualTo("canary-2");
        assertThat(reload.changes()).extracting(Reload.Change::after).containsExactly("[redacted]");
        assertThat(reload.toString() + keeper.view()).doesNotContain("canary");
    }

    @Test
    void whatCouldNotBeStoredIsTriedAgain() throws IOException {
        Keeper keeper = begun(schema());
        publisher.full = true;
        write("beta: {zone: a}");

        keeper.readIfChanged();
        assertThat(keeper.view().status().state()).isEqualTo(State.DEGRADED);
        assertThat(keeper.view().status().reason()).contains("io.drover.beta could not be stored");

        publisher.full = false;
        keeper.storeAgain();
        assertThat(keeper.view().status().state()).isEqualTo(State.ACTIVE);
        assertThat(publisher.now).containsEntry("io.drover.beta", Map.of("zone", "a"));
    }

    @Test
    void itsOwnSectionHoldsFromTheNextReadingOnAndTheEnvironmentAtOnce() throws IOException {
        write("#" + "x".repeat(1024) + "\nconfig: {watch_interval_ms: 200}");

        Keeper narrow = begun(schema(), Map.of("DROVER_CONFIG_FILE_BYTES_MAX", "1024"));
        Keeper wide = begun(schema());

        assertThat(narrow.view().status().reason()).contains("must not be larger than 1024 bytes");
        assertThat(wide.settings().watchInterval()).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void aRunTimeSettingIsStrongerThanAllSourcesUntilItsTimeIsOver() throws IOException {
        write("alpha: {size_max: 9}");
        Keeper keeper = begun(schema(), Map.of("DROVER_ALPHA_SIZE_MAX", "10"));
        changes.clear();

        Reload set = keeper.set(entry("alpha", "size_max", "11", Duration.ofMinutes(10)));

        assertThat(set.outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(set.reconfigured()).containsExactly("io.drover.alpha");
        assertThat(shown(keeper, "alpha", "size_max"))
                .isEqualTo("11 run time until 2026-11-22T10:10:00Z");
        write("alpha: {size_max: 8}");
        assertThat(keeper.read().outcome()).isEqualTo(Outcome.UNCHANGED);

        clock.advance(Duration.ofMinutes(10).minusSeconds(1));
        assertThat(keeper.expire()).isFalse();
        clock.advance(Duration.ofSeconds(1));
        assertThat(keeper.expire()).isTrue();
        assertThat(shown(keeper, "alpha", "size_max"))
                .isEqualTo("10 environment DROVER_ALPHA_SIZE_MAX");
        assertThat(publisher.now).containsEntry("io.drover.alpha", Map.of("size.max", 10));
        assertThat(changes).hasSize(2);
    }

    @Test
    void aRunTimeSettingCanBeTakenBack() {
        Keeper keeper = begun(schema());
        keeper.set(entry("beta", "zone", "a", null));
        assertThat(shown(keeper, "beta", "zone")).isEqualTo("a run time");

        assertThat(keeper.unset("beta.zone").changes()).hasSize(1);
        assertThat(keeper.unset("beta.zone").outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(shown(keeper, "beta", "zone")).isEqualTo(" default");
    }

    @Test
    void aWrongRunTimeSettingIsRefusedAndLeavesAllAsItWas() {
        Keeper keeper = begun(schema());
        View before = keeper.view();

        assertThat(refusal(keeper, "alpha", "size_max", "101"))
                .isEqualTo("run time: alpha.size_max must be 100 or less, is 101");
        assertThat(refusal(keeper, "alpha", "size_mx", "1"))
                .isEqualTo("run time: alpha.size_mx is not a key; did you mean size_max?");
        assertThat(refusal(keeper, "aplha", "size_max", "1"))
                .isEqualTo("run time: aplha is not a section here; did you mean alpha?");
        assertThat(refusal(keeper, "alpha", "password", "canary"))
                .startsWith("run time: alpha.password is a secret")
                .doesNotContain("canary");
        assertThat(refusal(keeper, "config", "secret_backend_command", "/bin/sh"))
                .startsWith("run time: config.secret_backend_command cannot be set at run time");
        assertThat(keeper.view()).isEqualTo(before);
        assertThat(keeper.read().outcome()).isEqualTo(Outcome.UNCHANGED);
    }

    @Test
    void runTimeSettingsOutliveAnUpdateOfThisBundleAndNotTheProcess() throws IOException {
        begun(schema()).set(entry("beta", "zone", "a, b c", Duration.ofMinutes(1)));

        assertThat(shown(begun(schema()), "beta", "zone"))
                .isEqualTo("a, b c run time until 2026-11-22T10:01:00Z");
        Path file = run.resolve("settings");
        Files.writeString(file, Files.readString(file).replace("this process", "an older one"));
        assertThat(shown(begun(schema()), "beta", "zone")).isEqualTo(" default");
    }

    @Test
    void aRunTimeSettingThatDoesNotFitANewBundleIsDropped() {
        Keeper keeper = begun(schema());
        keeper.set(entry("alpha", "size_max", "11", null));

        keeper.schemaChanged(
                schemaOf(
                        "alpha",
                        "<AD id='size.max' type='Integer' max='5' default='1'/>",
                        "beta",
                        BETA));

        assertThat(keeper.view().findings()).isEmpty();
        assertThat(shown(keeper, "alpha", "size_max")).isEqualTo("1 default");
    }

    @Test
    void theLogLevelOfASubsystemIsAKeyOfEachSection() throws IOException {
        write("beta: {log_level: warn}");
        Keeper keeper = begun(schema().withLogLevels());
        assertThat(publisher.levels).isEqualTo(Map.of("beta", "warn"));

        Reload reload = keeper.set(entry("alpha", "log_level", "debug", Duration.ofMinutes(10)));

        assertThat(publisher.levels).isEqualTo(Map.of("alpha", "debug", "beta", "warn"));
        assertThat(publisher.now).containsEntry("io.drover.alpha", Map.of());
        assertThat(reload.reconfigured()).isEmpty();
        assertThat(refusal(keeper, "alpha", "log_level", "debgu"))
                .endsWith(
                        "must be one of trace, debug, info, warn, error, off; did you mean debug?,"
                                + " is debgu");
    }

    @Test
    void whatTheKarafConsoleEditsIsShownWithItsOriginAndHeldAgainstTheRules() throws IOException {
        write("alpha: {size_max: 9}");
        Keeper keeper = begun(schema());

        publisher.edits.put("io.drover.alpha", Map.of("size.max", Optional.of("12")));
        keeper.edited();
        assertThat(shown(keeper, "alpha", "size_max")).isEqualTo("12 karaf");
        assertThat(keeper.view().status().state()).isEqualTo(State.ACTIVE);

        publisher.edits.put(
                "io.drover.alpha",
                Map.of("size.max", Optional.of("many"), ".password", Optional.of("canary")));
        keeper.edited();
        assertThat(keeper.view().status().state()).isEqualTo(State.DEGRADED);
        assertThat(keeper.view().findings())
                .extracting(Finding::sentence)
                .satisfiesExactly(
                        f ->
                                assertThat(f)
                                        .isEqualTo(
                                                "karaf io.drover.alpha: alpha.size_max must be a"
                                                        + " whole number 100 or less, is many"),
                        f ->
                                assertThat(f)
                                        .startsWith("karaf io.drover.alpha: alpha.password is a"));
        assertThat(keeper.view().toString()).doesNotContain("canary");

        publisher.edits.put("io.drover.alpha", Map.of("size.max", Optional.empty()));
        keeper.edited();
        assertThat(shown(keeper, "alpha", "size_max")).isEqualTo("7 karaf");
    }

    private RunTime.Entry entry(String section, String key, String text, Duration lifetime) {
        return new RunTime.Entry(
                section, key, text, lifetime == null ? null : clock.instant().plus(lifetime));
    }

    private String refusal(Keeper keeper, String section, String key, String text) {
        Reload reload = keeper.set(entry(section, key, text, null));
        assertThat(reload.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(reload.findings()).hasSize(1);
        return reload.findings().get(0).sentence();
    }

    private static String shown(Keeper keeper, String section, String key) {
        return keeper.view().settings().stream()
                .filter(s -> s.section().equals(section) && s.key().equals(key))
                .map(s -> s.value() + " " + s.origin())
                .findFirst()
                .orElseThrow();
    }

    private double series(String name, Keeper keeper) {
        RecordedSamples samples = new RecordedSamples();
        new ConfigMetrics(keeper::view, counts, secrets.store()).collect(samples);
        return samples.values().get(name);
    }

    private Keeper begun(Schema schema) {
        return begun(schema, Map.of());
    }

    private Keeper begun(Schema schema, Map<String, String> environment) {
        SourceReader reader = new SourceReader(new SourceFolder(etc), environment);
        Keeper keeper =
                new Keeper(
                        reader,
                        publisher,
                        secrets::take,
                        new RunTimeFile(run.resolve("settings"), "this process"),
                        changes::add,
                        counts,
                        clock);
        keeper.begin(schema);
        return keeper;
    }

    private static Schema schema() {
        return schemaOf("alpha", ALPHA, "beta", BETA);
    }

    private static Schema with(Schema schema, String word, String attributes) {
        List<Section> sections = new ArrayList<>(schema.sections().values());
        sections.add(section(word, attributes));
        return Schema.of(sections);
    }

    private static Schema schemaOf(String... wordsAndAttributes) {
        List<Section> sections = new ArrayList<>(List.of(own()));
        for (int i = 0; i < wordsAndAttributes.length; i += 2) {
            if (wordsAndAttributes[i + 1] != null) {
                sections.add(section(wordsAndAttributes[i], wordsAndAttributes[i + 1]));
            }
        }
        return Schema.of(sections);
    }

    /** This bundle's own, as it is packed. */
    private static Section own() {
        Path xml =
                Path.of("target/classes/OSGI-INF/metatype", ConfigConfig.class.getName() + ".xml");
        try (InputStream in = Files.newInputStream(xml)) {
            return MetatypeXml.read(in).get(0);
        } catch (IOException | XMLStreamException e) {
            throw new AssertionError(e);
        }
    }

    private static Section section(String word, String attributes) {
        String xml =
                "<MetaData><OCD id='x'>%s</OCD><Designate pid='io.drover.%s'><Object ocdref='x'/></Designate></MetaData>"
                        .formatted(attributes, word);
        try {
            return MetatypeXml.read(new ByteArrayInputStream(xml.getBytes(UTF_8))).get(0);
        } catch (XMLStreamException e) {
            throw new AssertionError(e);
        }
    }

    private void write(String content) throws IOException {
        Files.writeString(etc.resolve("drover.yaml"), content);
    }

    /** Remembers what it is given, and may be out of space. */
    private static final class RecordingPublisher implements Publisher {

        private final Map<String, Map<String, Object>> now = new HashMap<>();
        private final List<String> calls = new ArrayList<>();
        private final Map<String, Map<String, Optional<Object>>> edits = new HashMap<>();
        private Map<String, String> levels = Map.of();
        private boolean full;

        @Override
        public boolean publish(String pid, Map<String, Object> properties) throws IOException {
            if (properties.equals(now.get(pid))) {
                return false;
            }
            if (full) {
                throw new IOException("no space left");
            }
            calls.add(pid + "=" + properties);
            now.put(pid, properties);
            return true;
        }

        @Override
        public Map<String, Optional<Object>> edited(String pid) {
            return edits.getOrDefault(pid, Map.of());
        }

        @Override
        public void levels(Map<String, String> wanted) {
            levels = wanted;
        }

        @Override
        public void withdraw(String pid) {
            now.remove(pid);
        }
    }
}
