package io.drover.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionTest {

    private static final FileTime T0 = FileTime.fromMillis(1_767_225_600_000L);

    @TempDir Path root;

    @BeforeEach
    void unpack() throws IOException {
        write("system/io/drover/core/1/core-1.jar", "core");
        write("system/org/other/1/other-1.jar", "other");
        write("etc/a.cfg", "a = 1");
        write("bin/drover", "#!/bin/sh");
    }

    @Test
    void isTheSameWhileNothingChanges() throws IOException {
        assertThat(fingerprint()).isEqualTo(fingerprint()).contains("core-1.jar", "a.cfg");
    }

    @Test
    void differsWithABundleOfAnotherSizeTimeOrName() throws IOException {
        String before = fingerprint();

        write("system/io/drover/core/1/core-1.jar", "longer");
        String bigger = fingerprint();
        write("system/io/drover/core/1/core-1.jar", "core");
        Files.setLastModifiedTime(
                root.resolve("system/io/drover/core/1/core-1.jar"), FileTime.fromMillis(5_000));
        String older = fingerprint();
        write("system/io/drover/core/1/core-1.jar", "core");
        write("system/io/drover/http/1/http-1.jar", "http");
        String more = fingerprint();

        assertThat(before).isNotIn(bigger, older, more);
    }

    @Test
    void differsWithASetting() throws IOException {
        String before = fingerprint();

        write("etc/a.cfg", "a = 10");

        assertThat(fingerprint()).isNotEqualTo(before);
    }

    @Test
    void doesNotLookAtScripts() throws IOException {
        String before = fingerprint();

        write("bin/drover", "#!/bin/sh\nset -eu");

        assertThat(fingerprint()).isEqualTo(before);
    }

    private String fingerprint() throws IOException {
        return new Distribution(root).fingerprint();
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, T0);
    }
}
