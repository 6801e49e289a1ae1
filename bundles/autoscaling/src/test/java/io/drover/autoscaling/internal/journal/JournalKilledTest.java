package io.drover.autoscaling.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes is killed by SIGKILL, again and again in the same folder: the chain holds,
 * and what was told to be safe is there. How often: {@code -Ddrover.journal.kills=200}.
 */
class JournalKilledTest {

    private static final int KILLS = Integer.getInteger("drover.journal.kills", 8);
    private static final long SEED = Long.getLong("drover.journal.seed", 8);

    @TempDir private Path folder;

    @Test
    void nothingThatWasSafeIsLostAndTheChainHolds() throws IOException, InterruptedException {
        Random random = new Random(SEED);
        long safe = 0;
        long cut = 0;
        for (int i = 0; i < KILLS; i++) {
            safe = Math.max(safe, writtenUntilKilled(random));

            List<Long> wrong = new ArrayList<>();
            long[] seen = new long[2];
            try (Folder mended =
                    Folder.open(
                            folder,
                            new Limits(8 << 20, 64 << 10, 16, Duration.ZERO),
                            entry -> {
                                seen[0] = entry.number();
                                if (!entry.message().startsWith("no " + entry.number() + " ")) {
                                    wrong.add(entry.number());
                                }
                            })) {
                cut += mended.cut() > 0 ? 1 : 0;
            }
            String when = "kill " + (i + 1) + " of seed " + SEED;
            assertThat(wrong).as(when).isEmpty();
            assertThat(seen[0]).as("%s: the newest entry", when).isGreaterThanOrEqualTo(safe);
            assertThat(Verification.of(folder, safe).findings()).as(when).isEmpty();
        }
        assertThat(safe).isPositive();
        System.out.println(
                KILLS + " kills, " + safe + " entries safe, " + cut + " ends cut off and mended");
    }

    /** The newest entry that the process told to be safe. */
    private long writtenUntilKilled(Random random) throws IOException, InterruptedException {
        Process writer =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx64m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                JournalWriter.class.getName(),
                                folder.toString(),
                                random.nextBoolean() ? "0" : "20")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        long safe = 0;
        try (BufferedReader told =
                new BufferedReader(
                        new InputStreamReader(
                                writer.getInputStream(), StandardCharsets.US_ASCII))) {
            String first = told.readLine();
            assertThat(first).as("the writer came to write").isNotNull();
            safe = Long.parseLong(first);
            long until = System.nanoTime() + random.nextInt(60_000_000);
            while (System.nanoTime() < until) {
                LockSupport.parkNanos(200_000);
            }
            writer.toHandle().destroyForcibly(); // leaves what it told to be read
            for (String line = told.readLine(); line != null; line = told.readLine()) {
                // The last one may be half a number.
                safe = line.matches("\\d+") ? Math.max(safe, whole(line, safe)) : safe;
            }
        }
        assertThat(writer.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return safe;
    }

    /** A number that was cut off has fewer digits than the one before it. */
    private static long whole(String line, long before) {
        return line.length() >= Long.toString(before).length() ? Long.parseLong(line) : before;
    }
}
