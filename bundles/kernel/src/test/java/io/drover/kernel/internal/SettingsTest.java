package io.drover.kernel.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.testing.Configured;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsTest {

    @Test
    void hasADefaultForEachKey() {
        Settings settings = Settings.from(Configured.with(KernelConfig.class, Map.of()));

        assertThat(settings).isEqualTo(new Settings(16, Duration.ofSeconds(10), Optional.empty()));
    }

    @Test
    void takesAFolderForTheNativeLibrary() {
        assertThat(
                        Settings.from(
                                        Configured.with(
                                                KernelConfig.class,
                                                Map.of("library_folder", "/opt/native")))
                                .libraryFolder())
                .contains(Path.of("/opt/native"));
    }

    @Test
    void namesEveryBadKeyWithItsRuleAndValue() {
        assertThatThrownBy(
                        () ->
                                Settings.from(
                                        Configured.with(
                                                KernelConfig.class,
                                                Map.of(
                                                        "sockets_max",
                                                        0,
                                                        "parked_max_ms",
                                                        600_001L,
                                                        "library_folder",
                                                        "native"))))
                .hasMessage(
                        "kernel: sockets_max must be 1 to 1024, is 0;"
                                + " parked_max_ms must be 100 to 600000, is 600001;"
                                + " library_folder must be an absolute path, is native");
    }
}
