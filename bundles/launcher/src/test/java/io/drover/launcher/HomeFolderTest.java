package io.drover.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeFolderTest {

    @TempDir Path temp;

    @Test
    void makesWhatIsMissingAndKeepsSecretsToItsUser() throws Exception {
        Path home = temp.resolve("new/home");

        try (HomeFolder folder = HomeFolder.take(home)) {
            for (String name : new String[] {"etc", "data", "state", "log", "run", "deploy"}) {
                assertThat(home.resolve(name)).isDirectory();
            }
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secrets(home))))
                    .isEqualTo("rwx------");
            assertThat(Files.readString(folder.run().resolve("pid")))
                    .isEqualTo(ProcessHandle.current().pid() + "\n");
        }
    }

    @Test
    void closesSecretsThatSomebodyOpened() throws Exception {
        Path secrets = Files.createDirectories(secrets(temp));
        Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rwxrwxrwx"));

        try (HomeFolder folder = HomeFolder.take(temp)) {
            assertThat(folder.run()).exists();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secrets)))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void refusesAHomeThatAnotherProcessHoldsAndNamesIt() throws Exception {
        try (AnotherJvm other = new AnotherJvm(HomeHolder.class, temp.toString())) {
            assertThat(other.line()).startsWith("held");

            assertThatExceptionOfType(StartException.class)
                    .isThrownBy(() -> HomeFolder.take(temp))
                    .withMessage(
                            "the home folder %s is in use by the process %d; name another with"
                                    + " --home DIR",
                            temp, other.pid())
                    .satisfies(e -> assertThat(e.exitCode()).isEqualTo(69));
            assertThat(Files.readString(temp.resolve("run/pid")).strip())
                    .isEqualTo(Long.toString(other.pid()));
        }
    }

    @Test
    void takesOverFromAProcessThatWasKilled() throws Exception {
        try (AnotherJvm other = new AnotherJvm(HomeHolder.class, temp.toString())) {
            assertThat(other.line()).startsWith("held");
            other.kill();

            try (HomeFolder folder = HomeFolder.take(temp)) {
                assertThat(Files.readString(folder.run().resolve("pid")).strip())
                        .isEqualTo(Long.toString(ProcessHandle.current().pid()));
            }
        }
    }

    @Test
    void refusesToBeHeldTwiceByOneProcess() throws Exception {
        try (HomeFolder held = HomeFolder.take(temp)) {
            assertThat(held.run()).exists();
            assertThatExceptionOfType(StartException.class)
                    .isThrownBy(() -> HomeFolder.take(temp))
                    .withMessageContaining("is in use by the process");
        }
    }

    @Test
    void canBeTakenAgainOnceItWasClosed() throws Exception {
        HomeFolder.take(temp).close();
        assertThat(temp.resolve("run/pid")).doesNotExist();

        try (HomeFolder again = HomeFolder.take(temp)) {
            assertThat(again.data()).exists();
        }
    }

    @Test
    void saysWhichFolderCannotBeUsed() throws Exception {
        Path file = Files.writeString(temp.resolve("file"), "in the way");

        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> HomeFolder.take(file))
                .withMessageStartingWith("the home folder " + file + " cannot be used: ")
                .withMessageEndingWith("; name another with --home DIR")
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(69));
    }

    @Test
    void knowsTheCacheOfADistributionFromThatOfAnother() throws Exception {
        try (HomeFolder folder = HomeFolder.take(temp)) {
            assertThat(folder.cacheIsOf("one")).isFalse();
            assertThat(folder.cacheIsOf("one")).isTrue();
            assertThat(folder.cacheIsOf("a longer two")).isFalse();
            assertThat(folder.cacheIsOf("one")).isFalse();
            assertThat(folder.cacheIsOf("one")).isTrue();
        }
    }

    private static Path secrets(Path home) {
        return home.resolve("secrets");
    }
}
