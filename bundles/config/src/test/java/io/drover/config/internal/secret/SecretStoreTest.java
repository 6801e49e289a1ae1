package io.drover.config.internal.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.secret.Secret;
import io.drover.api.secret.SecretState;
import io.drover.api.secret.UnresolvedSecretException;
import io.drover.config.internal.schema.Bounds;
import io.drover.testing.ManualClock;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretStoreTest {

    private static final Bounds ANY = new Bounds(null, null);
    private static final Duration HOUR = Duration.ofHours(1);

    private final ManualClock clock = new ManualClock(Instant.parse("2026-11-22T10:00:00Z"));
    private final ScriptedBackEnd backEnd = new ScriptedBackEnd();

    @TempDir Path folder;

    private SecretStore store;
    private long nanos;

    @BeforeEach
    void make() {
        store =
                new SecretStore(
                        backEnd, new Audit(folder.resolve("audit.jsonl")), clock, () -> 0.5);
    }

    @Test
    void aSecretInTheConfigurationItselfHoldsAtOnce() {
        take(literal("a", "one"));

        assertThat(value("a")).isEqualTo("one");
        assertThat(store.settled()).isTrue();
        assertThat(store.current("core", "other")).isEmpty();
        Secret first = store.current("core", "a").orElseThrow();
        take(literal("a", "two"));
        assertThat(store.current("core", "a").orElseThrow().version())
                .isEqualTo(first.version() + 1);
    }

    @Test
    void handlesAreAskedForInOneRunEachOnce() throws Exception {
        backEnd.value("h1", " one\n").value("h2", "two");
        take(handle("a", "h1"), handle("b", "h2"), handle("c", "h1"));
        assertThat(store.settled()).isFalse();
        assertThatThrownBy(() -> store.current("core", "a"))
                .isInstanceOf(UnresolvedSecretException.class)
                .hasMessage("core.a is still asked for");

        work();

        assertThat(backEnd.asked).containsExactly("h1 h2");
        assertThat(value("a") + value("b") + value("c")).isEqualTo("onetwoone");
        assertThat(store.settled()).isTrue();
        assertThat(store.troubles()).isEmpty();
    }

    @Test
    void theFirstRefreshComesAtARandomTimeAndTheNextAfterTheInterval() throws Exception {
        backEnd.value("h", "one");
        take(handle("a", "h"));
        work();
        backEnd.value("h", "two");

        clock.advance(HOUR.dividedBy(2).minusSeconds(1));
        work();
        assertThat(value("a")).isEqualTo("one");
        clock.advance(Duration.ofSeconds(1));
        assertThat(work()).isEqualTo(HOUR);
        assertThat(value("a")).isEqualTo("two");
    }

    @Test
    void anOlderValueHoldsWhileItsSourceDoesNotAnswer() throws Exception {
        backEnd.value("h", "one");
        take(handle("a", "h"));
        work();
        backEnd.broken("the vault is shut");
        clock.advance(HOUR);

        assertThat(work()).isEqualTo(Duration.ofSeconds(1));
        assertThat(value("a")).isEqualTo("one");
        assertThat(store.troubles())
                .containsExactly("core.a from ENC[h] keeps its older value: the vault is shut");
        for (int i = 0; i < 10; i++) {
            clock.advance(Duration.ofMinutes(1));
            work();
        }
        assertThat(work()).isEqualTo(Duration.ofMinutes(1));

        backEnd.value("h", "two");
        clock.advance(Duration.ofMinutes(1));
        work();
        assertThat(value("a")).isEqualTo("two");
        assertThat(store.troubles()).isEmpty();
    }

    @Test
    void whatWasNeverResolvedSaysWhy() throws Exception {
        backEnd.error("h", "no such path");
        take(handle("a", "h"), handle("b", "unknown"));

        work();

        assertThat(store.settled()).isTrue();
        assertThatThrownBy(() -> store.current("core", "a"))
                .isInstanceOf(UnresolvedSecretException.class)
                .hasMessage("core.a from ENC[h] has no value: no such path");
        assertThatThrownBy(() -> store.current("core", "b"))
                .hasMessageContaining("the back end's answer does not name it");
    }

    @Test
    void aRefusalAsksAgainSoonAndAtMostOncePerInterval() throws Exception {
        backEnd.value("h", "one");
        take(handle("a", "h"));
        work();
        Secret old = store.current("core", "a").orElseThrow();

        store.refused(old);
        work();
        store.refused(old);
        store.refused(old);
        assertThat(work()).isEqualTo(Duration.ofMinutes(1));
        assertThat(backEnd.asked).hasSize(2);

        backEnd.value("h", "two");
        clock.advance(Duration.ofMinutes(1));
        work();
        assertThat(value("a")).isEqualTo("two");
        clock.advance(Duration.ofMinutes(2));
        store.refused(old);
        work();
        assertThat(backEnd.asked).hasSize(3);
        assertThat(store.counts().refused()).isEqualTo(3);
    }

    @Test
    void aMountedFileIsReadAgainWhenItsLinkIsSwapped() throws Exception {
        mount("..1", "one\n");
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..1"));
        Files.createSymbolicLink(folder.resolve("key"), Path.of("..data/key"));
        take(file("a", folder.resolve("key")));
        work();
        settle();
        assertThat(value("a")).isEqualTo("one");
        long asked = store.counts().unchanged();

        mount("..2", "two\n");
        Files.createSymbolicLink(folder.resolve("..tmp"), Path.of("..2"));
        Files.move(
                folder.resolve("..tmp"),
                folder.resolve("..data"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        settle();
        settle();

        assertThat(value("a")).isEqualTo("two");
        assertThat(store.counts().changed()).isEqualTo(2);
        assertThat(store.counts().unchanged()).isEqualTo(asked);
    }

    @Test
    void aFileThatIsCutShortOrGoneChangesNothing() throws Exception {
        Path key = Files.writeString(folder.resolve("key"), "one");
        take(file("a", key));
        work();
        settle();

        Files.writeString(key, "");
        settle();
        assertThat(value("a")).isEqualTo("one");
        assertThat(store.troubles()).singleElement().asString().endsWith("it is empty");
        Files.delete(key);
        settle();
        assertThat(value("a")).isEqualTo("one");
        assertThat(store.troubles()).singleElement().asString().endsWith("key must be there");
        Files.writeString(key, "x".repeat(100_000));
        settle();
        assertThat(store.troubles()).singleElement().asString().contains("config.secret_bytes_max");
        Files.writeString(key, "two");
        settle();
        assertThat(value("a")).isEqualTo("two");
    }

    @Test
    void anotherSourceTakesOverWhenItAnswers() throws Exception {
        backEnd.value("h1", "one");
        take(handle("a", "h1"));
        work();

        take(handle("a", "h2"));
        assertThat(value("a")).isEqualTo("one");
        work();
        assertThat(value("a")).isEqualTo("one");
        assertThat(store.troubles()).hasSize(1);
        take(literal("a", "three"));
        assertThat(value("a")).isEqualTo("three");
        assertThat(store.troubles()).isEmpty();
        take();
        assertThat(store.current("core", "a")).isEmpty();
    }

    @Test
    void theRulesOfTheKeyHoldForWhatASourceGives() throws Exception {
        backEnd.value("short", "1234567").value("nul", "1234\u00005678").value("none", " ");
        Bounds eight = new Bounds(BigDecimal.valueOf(8), null);
        take(
                new Target("core", "a", new Reference.Handle("short"), "x", eight),
                handle("b", "nul"),
                handle("c", "none"));

        work();

        assertThat(store.troubles())
                .containsExactly(
                        "core.a from ENC[short] has no value: it must have a length of 8 or more"
                                + " characters",
                        "core.b from ENC[nul] has no value: it must not hold a NUL character",
                        "core.c from ENC[none] has no value: it is empty");
    }

    @Test
    void theErrorOfABackEndGivesNoValueAway() throws Exception {
        backEnd.value("h1", "canary-1").error("h2", "want h2, have canary-1\u001B[31m");
        take(handle("a", "h1"), handle("b", "h2"));

        work();

        assertThat(store.troubles())
                .containsExactly(
                        "core.b from ENC[h2] has no value: want h2, have [redacted]\uFFFD[31m");
    }

    @Test
    void eachNewValueAndEachFailureIsRecordedOnceAndWithoutTheValue() throws Exception {
        backEnd.value("h", "canary-1");
        take(handle("a", "h"));
        work();
        clock.advance(HOUR);
        work();
        backEnd.broken("say \"no\"");
        clock.advance(HOUR);
        work();
        clock.advance(HOUR);
        work();
        backEnd.value("h", "canary-2");
        clock.advance(HOUR);
        work();

        assertThat(Files.readAllLines(folder.resolve("audit.jsonl")))
                .containsExactly(
                        line("2026-11-22T10:00:00Z", "new", 1, ""),
                        line("2026-11-22T12:00:00Z", "failed", 1, "say \\\"no\\\""),
                        line("2026-11-22T14:00:00Z", "new", 2, ""));
        assertThat(Files.getPosixFilePermissions(folder.resolve("audit.jsonl"))).hasSize(2);
    }

    @Test
    void theRecordHasTwoFilesAtMost() throws Exception {
        take(handle("a", "h"));
        for (int i = 0; i < 300; i++) {
            backEnd.value("h", "value-" + i);
            store.allDue();
            work();
        }

        assertThat(Files.size(folder.resolve("audit.jsonl"))).isLessThanOrEqualTo(4096);
        assertThat(Files.size(folder.resolve("audit.jsonl.1"))).isLessThanOrEqualTo(4096);
        assertThat(store.auditLost()).isZero();
    }

    @Test
    void nothingThatIsShownHoldsAValue() throws Exception {
        backEnd.value("h", "canary-1");
        take(handle("a", "h"), literal("b", "canary-2"));
        work();

        assertThat(store.states())
                .extracting(SecretState::source)
                .containsExactly("ENC[h]", "etc/drover.yaml:1:1");
        assertThat(
                        store.states().toString()
                                + store.current("core", "a")
                                + store.current("core", "b")
                                + backEnd.ask(limits().program(), List.of("h"))
                                + literal("b", "canary-2"))
                .doesNotContain("canary");
    }

    private void mount(String version, String content) throws IOException {
        Files.createDirectory(folder.resolve(version));
        Files.writeString(folder.resolve(version).resolve("key"), content);
    }

    private static String line(String time, String outcome, int version, String error) {
        return "{\"time\":\"%s\",\"key\":\"core.a\",\"source\":\"ENC[h]\",\"outcome\":\"%s\",\"version\":%d,\"error\":\"%s\"}"
                .formatted(time, outcome, version, error);
    }

    private void take(Target... targets) {
        store.take(List.of(targets), limits());
    }

    private static SecretLimits limits() {
        return new SecretLimits(
                new Program("/none", List.of(), Duration.ofSeconds(1), 4096, false),
                HOUR,
                true,
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                65_536,
                4096,
                Duration.ofMillis(300),
                Duration.ofSeconds(1));
    }

    private Duration work() throws InterruptedException {
        return store.work(nanos);
    }

    /** Two looks, as far apart as a file must rest. */
    private void settle() throws InterruptedException {
        store.work(nanos);
        nanos += Duration.ofMillis(300).toNanos();
        store.work(nanos);
    }

    private String value(String key) {
        return store.current("core", key).orElseThrow().reveal();
    }

    private static Target handle(String key, String name) {
        return target(key, new Reference.Handle(name));
    }

    private static Target literal(String key, String value) {
        return target(key, new Reference.Literal(value));
    }

    private static Target file(String key, Path path) {
        return target(key, new Reference.InFile(path));
    }

    private static Target target(String key, Reference reference) {
        return new Target("core", key, reference, "etc/drover.yaml:1:1", ANY);
    }
}
