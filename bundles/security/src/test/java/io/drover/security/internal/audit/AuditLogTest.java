package io.drover.security.internal.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.security.Audit.Action;
import io.drover.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {

    private static final Action RELOAD =
            new Action("local", "api", "127.0.0.1", "POST /api/v1/reload", "200");

    @TempDir Path home;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-11-22T20:00:00Z"));
    private AuditLog log;

    @AfterEach
    void close() throws IOException {
        if (log != null) {
            log.close();
        }
    }

    @Test
    void writesOneLineAnActionThatNobodyElseCanRead() throws Exception {
        open(4096, 3).write(RELOAD);

        assertThat(lines(""))
                .containsExactly(
                        "{\"time\":\"2026-11-22T20:00:00Z\",\"caller\":\"local\",\"by\":\"api\","
                                + "\"source\":\"127.0.0.1\",\"action\":\"POST /api/v1/reload\","
                                + "\"outcome\":\"200\"}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(""))))
                .isEqualTo("rw-------");
        assertThat(log.written()).isEqualTo(1);
    }

    @Test
    void letsNobodyForgeALine() throws Exception {
        open(4096, 3)
                .write(new Action("a\"}\n{\"time\":\"x", "api", "", "\u2028\\", "y".repeat(600)));

        assertThat(lines("")).hasSize(1);
        assertThat(lines("").get(0))
                .contains(
                        "a\\\"}\\u000a{\\\"time\\\":\\\"x", "\\u2028\\\\", "y".repeat(512) + "...");
    }

    @Test
    void addsToWhatIsThereAndGoesOnWhenSomebodyMovesTheFile() throws Exception {
        open(4096, 3).write(RELOAD);
        close();
        open(4096, 3).write(RELOAD);
        assertThat(lines("")).hasSize(2);

        Files.move(file(""), home.resolve("log/elsewhere"));
        log.write(RELOAD);

        assertThat(lines("")).hasSize(1);
    }

    @Test
    void keepsSoManyFilesOfSuchASize() throws Exception {
        open(4096, 3);

        for (int i = 0; i < 200; i++) {
            log.write(RELOAD);
        }

        assertThat(Files.size(file(""))).isLessThanOrEqualTo(4096);
        assertThat(Files.size(file(".1"))).isLessThanOrEqualTo(4096);
        assertThat(file(".2")).exists();
        assertThat(file(".3")).doesNotExist();
    }

    @Test
    void countsWhatItCannotWriteAndSaysWhy() throws Exception {
        Files.writeString(home.resolve("log"), "a file where the folder should be");

        open(4096, 3).write(RELOAD);

        assertThat(log.lost()).isEqualTo(1);
        assertThat(log.problem()).isNotEmpty();

        Files.delete(home.resolve("log"));
        log.write(RELOAD);
        assertThat(log.problem()).isEmpty();
    }

    @Test
    void losesAndCountsWhatItsThreadDoesNotKeepUpWith() throws Exception {
        log = new AuditLog(home.resolve("log"), new AuditLog.Limits(1 << 20, 2), clock, task -> {});

        for (int i = 0; i < 1_100; i++) {
            log.write(RELOAD);
        }

        assertThat(log.lost()).isEqualTo(76);
        log.close();
        assertThat(lines("")).hasSize(1_024);
    }

    private AuditLog open(long bytes, int files) {
        log =
                new AuditLog(
                        home.resolve("log"),
                        new AuditLog.Limits(bytes, files),
                        clock,
                        Runnable::run);
        return log;
    }

    private Path file(String suffix) {
        return home.resolve("log/audit.log" + suffix);
    }

    private List<String> lines(String suffix) throws IOException {
        return Files.readAllLines(file(suffix));
    }
}
