package io.drover.autoscaling.internal.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A process that writes a journal until it is killed, and tells which entries are safe. */
final class JournalWriter {

    private JournalWriter() {}

    public static void main(String[] args) {
        Limits limits =
                new Limits(8 << 20, 64 << 10, 4096, Duration.ofMillis(Long.parseLong(args[1])));
        try (Journal journal = new Journal(Path.of(args[0]), limits, entry -> {})) {
            while (!journal.isOpen()) {
                LockSupport.parkNanos(100_000);
            }
            long next = journal.durable() + 1;
            long told = 0;
            while (true) {
                if (journal.waiting() < 2048) {
                    // So long that one write is more than one page.
                    String text = "no " + next + " " + "x".repeat((int) (next % 900));
                    if (journal.add(JournalTest.entry("web", next, text))) {
                        next++;
                    }
                }
                long durable = journal.durable();
                if (durable != told) {
                    told = durable;
                    System.out.println(durable);
                }
            }
        }
    }
}
