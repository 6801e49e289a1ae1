package io.drover.core.internal.diagnose;

import io.drover.api.diagnosis.Check;
import io.drover.api.diagnosis.Check.Verdict;
import io.drover.api.diagnosis.Diagnosis;
import io.drover.api.diagnosis.Suite;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs suites, each on a thread of its own, all within one deadline. One that hangs is left behind,
 * and not started again while it does. Any thread; who comes second waits for the first.
 */
public final class SuiteRunner implements Diagnosis {

    private static final Logger LOG = LoggerFactory.getLogger(SuiteRunner.class);

    private final Supplier<List<Suite>> own;
    private final List<Suite> added = new CopyOnWriteArrayList<>();
    private final Map<String, Thread> running = new HashMap<>();
    private final ReentrantLock turn = new ReentrantLock(true);
    private final Duration deadline;
    private final Clock clock;

    /**
     * @param own makes the suites of core, each time that they are needed
     * @param deadline for a whole run
     */
    public SuiteRunner(Supplier<List<Suite>> own, Duration deadline, Clock clock) {
        this.own = own;
        this.deadline = deadline;
        this.clock = clock;
    }

    /** A bundle's suite has come. */
    public void add(Suite suite) {
        added.add(suite);
    }

    /** It is gone; what still runs of it is told to end. */
    public void remove(Suite suite) {
        added.remove(suite);
        synchronized (running) {
            Thread thread = running.remove(suite.name());
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    /** Tells all that still runs to end. */
    public void close() {
        synchronized (running) {
            running.values().forEach(Thread::interrupt);
            running.clear();
        }
    }

    @Override
    public List<Entry> suites() {
        return all().values().stream().map(SuiteRunner::entry).toList();
    }

    /** By name; of two with one name the first counts, core's own before all. */
    private Map<String, Suite> all() {
        Map<String, Suite> all = new LinkedHashMap<>();
        own.get().forEach(suite -> all.putIfAbsent(suite.name(), suite));
        added.stream()
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .forEach(suite -> all.putIfAbsent(suite.name(), suite));
        return all;
    }

    @Override
    public Report run(Collection<String> names) throws InterruptedException {
        Map<String, Suite> chosen = chosen(names);
        turn.lockInterruptibly();
        try {
            return run(chosen);
        } finally {
            turn.unlock();
        }
    }

    private Map<String, Suite> chosen(Collection<String> names) {
        Map<String, Suite> all = all();
        for (String name : names) {
            if (!all.containsKey(name)) {
                throw new IllegalArgumentException(
                        "there is no suite "
                                + name
                                + "; there are: "
                                + String.join(", ", all.keySet()));
            }
        }
        if (!names.isEmpty()) {
            all.keySet().retainAll(names);
        }
        return all;
    }

    private Report run(Map<String, Suite> suites) throws InterruptedException {
        Instant at = clock.instant();
        List<Run> runs = suites.values().stream().map(this::begin).toList();
        long end = System.nanoTime() + deadline.toNanos();
        List<Outcome> outcomes = new ArrayList<>();
        for (Run run : runs) {
            outcomes.add(finish(run, end));
        }
        boolean passed =
                outcomes.stream()
                        .flatMap(outcome -> outcome.checks().stream())
                        .noneMatch(check -> check.verdict() == Verdict.FAIL);
        return new Report(at, passed, outcomes);
    }

    /**
     * A run under way.
     *
     * @param checks null when an earlier run of the suite still hangs
     */
    private record Run(Suite suite, long began, FutureTask<List<Check>> checks) {}

    private Run begin(Suite suite) {
        long began = System.nanoTime();
        synchronized (running) {
            Thread earlier = running.get(suite.name());
            if (earlier != null && earlier.isAlive()) {
                return new Run(suite, began, null);
            }
            FutureTask<List<Check>> checks = new FutureTask<>(suite::run);
            Thread thread = thread(checks, "drover-core-diagnose-" + suite.name());
            thread.setDaemon(true);
            running.put(suite.name(), thread);
            thread.start();
            return new Run(suite, began, checks);
        }
    }

    private Outcome finish(Run run, long end) throws InterruptedException {
        List<Check> checks = run.checks() == null ? hangs(run.suite()) : await(run, end);
        return new Outcome(
                entry(run.suite()), Duration.ofNanos(System.nanoTime() - run.began()), checks);
    }

    private List<Check> await(Run run, long end) throws InterruptedException {
        try {
            long left = Math.max(0, end - System.nanoTime());
            List<Check> checks = run.checks().get(left, TimeUnit.NANOSECONDS);
            return checks.isEmpty()
                    ? List.of(Check.skipped("suite", "it had nothing to say"))
                    : checks;
        } catch (TimeoutException e) {
            interrupt(run.suite());
            return late(run.suite());
        } catch (ExecutionException e) {
            LOG.warn("a suite of self-checks broke: suite={}", run.suite().name(), e.getCause());
            return broke(e.getCause());
        } catch (InterruptedException e) {
            interrupt(run.suite());
            throw e;
        }
    }

    private void interrupt(Suite suite) {
        synchronized (running) {
            Thread thread = running.get(suite.name());
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    private List<Check> late(Suite suite) {
        return List.of(
                Check.fail(
                        "suite",
                        "it did not answer within " + deadline.toMillis() + " ms and was cut off",
                        "look at the stack of the thread drover-core-diagnose-"
                                + suite.name()
                                + " in a flare, or give it more time: core.diagnose_deadline_ms",
                        "./drover flare"));
    }

    private static List<Check> hangs(Suite suite) {
        return List.of(
                Check.fail(
                        "suite",
                        "an earlier run of it still hangs",
                        "look at the stack of the thread drover-core-diagnose-"
                                + suite.name()
                                + " in a flare",
                        "./drover flare"));
    }

    private static List<Check> broke(Throwable cause) {
        return List.of(
                Check.fail(
                        "suite",
                        "it broke: " + cause,
                        "report it with a flare: this is a defect",
                        "./drover flare"));
    }

    @Override
    public String text(Report report) {
        return ReportText.of(report);
    }

    private static Entry entry(Suite suite) {
        return new Entry(suite.name(), suite.about());
    }

    @SuppressWarnings("removal")
    private static Thread thread(Runnable task, String name) {
        return AccessController.doPrivileged(
                (PrivilegedAction<Thread>) () -> new Thread(null, task, name, 0, false));
    }
}
