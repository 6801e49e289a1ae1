package io.drover.config.internal.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceWatchTest {

    private static final Duration SETTLE = Duration.ofMillis(300);

    @TempDir Path etc;

    private SourceWatch watch;
    private long now;

    @BeforeEach
    void mountAConfigMap() throws IOException {
        publish("..1", "a: {b: 1}");
        Files.createSymbolicLink(etc.resolve("..data"), Path.of("..1"));
        Files.createSymbolicLink(etc.resolve("drover.yaml"), Path.of("..data/drover.yaml"));
        watch = new SourceWatch(fingerprint());
    }

    @Test
    void nothingIsDueWhileNothingChanges() {
        assertThat(dueAfter(0)).isFalse();
        assertThat(dueAfter(10_000)).isFalse();
        assertThat(watch.restless()).isFalse();
    }

    @Test
    void theSwapOfAConfigMapIsSeenOnce() throws IOException {
        publish("..2", "a: {b: 2}");
        Files.createSymbolicLink(etc.resolve("..data_tmp"), Path.of("..2"));
        Files.move(
                etc.resolve("..data_tmp"),
                etc.resolve("..data"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);

        assertThat(dueAfter(1_000)).isFalse();
        assertThat(watch.restless()).isTrue();
        assertThat(dueAfter(300)).isTrue();
        assertThat(dueAfter(1_000)).isFalse();
        assertThat(dueAfter(1_000)).isFalse();
    }

    @Test
    void anEditorThatRenamesDoesNotMakeTheFileLookAbsent() throws IOException {
        Path file = etc.resolve("conf.d/a.yaml");
        Files.createDirectory(etc.resolve("conf.d"));
        Files.writeString(file, "a: {b: 1}");
        watch = new SourceWatch(fingerprint());

        Files.move(file, etc.resolve("conf.d/a.yaml~"));
        boolean whileAbsent = dueAfter(1_000);
        Files.writeString(file, "a: {b: 2}");

        assertThat(whileAbsent).isFalse();
        assertThat(dueAfter(200)).isFalse();
        assertThat(dueAfter(300)).isTrue();
    }

    @Test
    void aChangeOfTheSameSizeAndTimeIsSeen() throws IOException {
        Path file = etc.resolve("..1/drover.yaml");
        FileTime time = Files.getLastModifiedTime(file);

        Files.writeString(file, "a: {b: 2}");
        Files.setLastModifiedTime(file, time);

        assertThat(dueAfter(1_000)).isFalse();
        assertThat(dueAfter(300)).isTrue();
    }

    @Test
    void filesThatNeverRestAreReadAllTheSame() throws IOException {
        boolean due = false;
        int looks = 0;
        while (!due && looks < 100) {
            Files.writeString(
                    etc.resolve("..1/drover.yaml"), "a: {b: " + looks++ + "}" + "\n".repeat(looks));
            due = dueAfter(250);
        }

        assertThat(due).isTrue();
        assertThat(looks).isEqualTo(13);
    }

    @Test
    void aFileThatComesAndGoesIsSeen() throws IOException {
        Files.createDirectory(etc.resolve("conf.d"));
        Files.writeString(etc.resolve("conf.d/new.yaml"), "");
        assertThat(dueAfter(1_000)).isFalse();
        assertThat(dueAfter(300)).isTrue();

        Files.delete(etc.resolve("conf.d/new.yaml"));
        assertThat(dueAfter(1_000)).isFalse();
        assertThat(dueAfter(300)).isTrue();
    }

    private boolean dueAfter(long ms) {
        now += Duration.ofMillis(ms).toNanos();
        return watch.due(fingerprint(), now, SETTLE);
    }

    private java.util.Map<String, String> fingerprint() {
        return new SourceFolder(etc).fingerprint();
    }

    private void publish(String folder, String content) throws IOException {
        Files.createDirectory(etc.resolve(folder));
        Files.writeString(etc.resolve(folder + "/drover.yaml"), content);
    }
}
