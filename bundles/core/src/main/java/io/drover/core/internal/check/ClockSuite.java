package io.drover.core.internal.check;

import io.drover.api.diagnosis.Check;
import io.drover.api.diagnosis.Suite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether the clock can be right, is kept right and does not jump, and how late threads wake. */
public final class ClockSuite implements Suite {

    private static final int NAPS = 20;
    private static final Duration NAP = Duration.ofMillis(5);
    private static final Duration LATE = Duration.ofMillis(100);
    private static final Duration JUMP = Duration.ofSeconds(1);
    private static final Pattern THROTTLED = Pattern.compile("(?m)^nr_throttled (\\d+)$");

    private final Clock clock;
    private final ClockSteps steps;
    private final Instant builtAt;
    private final Path root;

    /**
     * @param builtAt when the commit was made that this runs; no clock can be before it
     */
    public ClockSuite(Clock clock, ClockSteps steps, Instant builtAt) {
        this(clock, steps, builtAt, Path.of("/"));
    }

    ClockSuite(Clock clock, ClockSteps steps, Instant builtAt, Path root) {
        this.clock = clock;
        this.steps = steps;
        this.builtAt = builtAt;
        this.root = root;
    }

    @Override
    public String name() {
        return "clock";
    }

    @Override
    public String about() {
        return "whether time is told right and threads wake in time";
    }

    @Override
    public List<Check> run() throws InterruptedException {
        List<Check> checks = new ArrayList<>();
        checks.add(plausible());
        checks.add(stepped());
        checks.add(synchronised());
        checks.add(wakes());
        checks.add(throttled());
        return checks;
    }

    private Check plausible() {
        Instant now = clock.instant();
        return now.isBefore(builtAt)
                ? Check.fail(
                        "date",
                        "the clock says " + now + ", and this program was made at " + builtAt,
                        "set the clock: certificates and leases are judged by it",
                        "timedatectl set-ntp true")
                : Check.pass("date", "it is " + now);
    }

    private Check stepped() {
        Duration largest = steps.largest();
        if (largest.abs().compareTo(JUMP) < 0) {
            return Check.pass("steps", "the clock was not set since the start of the agent");
        }
        return Check.warn(
                "steps",
                "the clock was set by %.3f s at %s, the largest of %d steps since the start"
                        .formatted(largest.toMillis() / 1000.0, steps.largestAt(), steps.count()),
                "let a time service slew the clock and not step it",
                "timedatectl timesync-status");
    }

    private Check synchronised() {
        for (String sign :
                new String[] {"run/systemd/timesync/synchronized", "run/chrony/chronyd.pid"}) {
            if (Files.exists(root.resolve(sign))) {
                return Check.pass("service", "a time service is at work: " + root.resolve(sign));
            }
        }
        return Check.skipped(
                "service",
                "no sign of a time service in this file system, as in a container; ask the host");
    }

    private static Check wakes() throws InterruptedException {
        long worst = 0;
        for (int i = 0; i < NAPS; i++) {
            long began = System.nanoTime();
            TimeUnit.NANOSECONDS.sleep(NAP.toNanos());
            worst = Math.max(worst, System.nanoTime() - began - NAP.toNanos());
        }
        String finding = "a thread that sleeps wakes at most %.1f ms late".formatted(worst / 1e6);
        return worst > LATE.toNanos()
                ? Check.warn(
                        "wake-up",
                        finding,
                        "this host has too much to do, or the control group too little processor",
                        "cat /proc/pressure/cpu")
                : Check.pass("wake-up", finding);
    }

    private Check throttled() {
        try {
            String stat = Files.readString(root.resolve("sys/fs/cgroup/cpu.stat"));
            Matcher throttled = THROTTLED.matcher(stat);
            if (!throttled.find()) {
                return Check.pass("processor", "the control group sets no limit");
            }
            return throttled.group(1).equals("0")
                    ? Check.pass("processor", "the control group's limit was never reached")
                    : Check.warn(
                            "processor",
                            "the control group held the agent back "
                                    + throttled.group(1)
                                    + " times",
                            "raise the processor limit of the service or pod",
                            "cat /sys/fs/cgroup/cpu.stat");
        } catch (IOException e) {
            return Check.skipped("processor", "cpu.stat cannot be read: " + e);
        }
    }
}
