package io.drover.core.internal.coredump;

import io.drover.api.agent.Home;
import io.drover.api.kernel.KernelException;
import io.drover.api.kernel.ProcessLimits;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.core.internal.coredump.Budget.Allowance;
import io.drover.core.internal.coredump.CorePattern.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a crash leave what a person needs to find its cause, within a budget, and tells what the
 * last one left. Any thread; {@link #look} may block, the rest answers from memory.
 */
public final class CoreDumps {

    private static final Logger LOG = LoggerFactory.getLogger(CoreDumps.class);

    private final CoreDumpSettings settings;
    private final CrashFolder folder;
    private final PreviousEnd previousEnd;
    private final ProcSituation proc;
    private final HeapDumps heapDumps = new HeapDumps();
    private final Path heapDump;
    private final Clock clock;
    private final LongAdder expired = new LongAdder();

    private volatile ProcessLimits limits;
    private volatile Status status;
    private volatile View view;
    private volatile String previous = "";
    private boolean begun;
    private boolean told;

    /**
     * What the last look saw.
     *
     * @param situation of the process, after the limit was set
     * @param prediction what a crash would leave
     * @param cores what one more core may take by the budget
     * @param heap what a heap dump may take by it
     * @param evidence what crashes left
     */
    record View(
            Situation situation,
            Prediction prediction,
            Allowance cores,
            Allowance heap,
            List<Evidence> evidence) {}

    /**
     * @param startedAt of this process
     */
    public CoreDumps(
            CoreDumpSettings settings, Home home, long pid, Instant startedAt, Clock clock) {
        this(
                settings,
                home,
                new ProcSituation(Path.of("/proc"), "self", System.getenv()),
                pid,
                startedAt,
                clock);
    }

    CoreDumps(
            CoreDumpSettings settings,
            Home home,
            ProcSituation proc,
            long pid,
            Instant startedAt,
            Clock clock) {
        this.settings = settings;
        this.folder = new CrashFolder(home.crash());
        this.previousEnd = new PreviousEnd(home.state(), pid, startedAt);
        this.proc = proc;
        this.heapDump =
                home.crash().resolve("heap-" + startedAt.getEpochSecond() + "-" + pid + ".hprof");
        this.clock = clock;
        this.status =
                settings.enabled()
                        ? Status.waiting(
                                "waits for the service ProcessLimits of the bundle kernel",
                                clock.instant())
                        : Status.skipped("core.core_dump_enabled is false", clock.instant());
    }

    /** How often {@link #look} is due. */
    public CoreDumpSettings settings() {
        return settings;
    }

    /** Native calls are possible now; a look should follow. */
    public void use(ProcessLimits kernel) {
        limits = kernel;
    }

    /** They no longer are; what was set holds. */
    public void lose(ProcessLimits kernel) {
        if (limits == kernel) {
            limits = null;
        }
    }

    /** Tells of an earlier crash, keeps to the budget, and sees what a crash would leave now. */
    public synchronized void look() {
        try {
            folder.make();
            tellOfThePreviousEnd();
            keepToTheBudget();
        } catch (IOException | RuntimeException e) {
            String reason = "what a crash leaves could not be settled: " + e;
            if (!reason.equals(status.reason())) {
                LOG.warn("core dumps might not be available after a crash", e);
            }
            status =
                    status.toDegraded(
                            reason, "look at the folder " + folder.path(), clock.instant());
        }
    }

    private void keepToTheBudget() throws IOException {
        List<Evidence> found = evidence();
        List<Evidence> left = folder.expire(found, settings.budget().maxAge(), clock.instant());
        expired.add(found.size() - left.size());
        long used = left.stream().mapToLong(Evidence::bytes).sum();
        Allowance cores =
                settings.budget().allow(used, free(proc.read(dumpable())).orElse(Long.MAX_VALUE));
        Allowance heap =
                settings.budget()
                        .allow(
                                "a heap dump",
                                Runtime.getRuntime().maxMemory(),
                                used,
                                Files.getFileStore(folder.path()).getUsableSpace());
        if (settings.enabled()) {
            setLimits(cores, heap);
        }
        Situation now = proc.read(dumpable());
        Prediction prediction = Prediction.of(now);
        view = new View(now, prediction, cores, heap, left);
        settle(prediction, cores);
    }

    private void setLimits(Allowance cores, Allowance heap) throws IOException {
        ProcessLimits kernel = limits;
        if (kernel != null) {
            ProcessLimits.Limit limit = kernel.coreSize();
            long wanted = cores.bytes() == 0 ? none() : Math.min(cores.bytes(), limit.hard());
            if (limit.soft() != wanted) {
                kernel.setCoreSize(Math.min(wanted, limit.hard()));
                LOG.info("core limit set: bytes={} reason={}", wanted, cores.reason());
            }
            if (cores.bytes() > 0 && kernel.dumpable() != 1) {
                kernel.setDumpable(true);
            }
        }
        if (heap.bytes() > 0) {
            heapDumps.allow(heapDump);
        } else {
            heapDumps.forbid();
        }
    }

    /** A limit of 0 does not bind programs that the kernel gives cores to, 1 does. */
    private long none() throws IOException {
        Kind kind = proc.pattern().kind();
        return kind == Kind.PROGRAM || kind == Kind.SOCKET ? Prediction.NO_PROGRAM : 0;
    }

    private void settle(Prediction prediction, Allowance cores) {
        // Without kernel nothing is set anew, and what was said last still holds.
        if (!settings.enabled() || limits == null) {
            return;
        }
        if (cores.bytes() == 0 && settings.budget().maxBytes() > 0) {
            degrade("a crash would leave no core: " + cores.reason(), remedyOfTheBudget());
        } else if (prediction.outcome() == Prediction.Outcome.NONE && cores.bytes() > 0) {
            degrade("a crash would leave no core: " + prediction.reason(), prediction.remedy());
        } else if (prediction.outcome() == Prediction.Outcome.CUT) {
            degrade(
                    "a crash would leave a part of a core: " + prediction.reason(),
                    prediction.remedy());
        } else {
            status = status.toActive(clock.instant());
        }
    }

    private String remedyOfTheBudget() {
        return "remove what is no longer needed from " + folder.path() + ", or raise the budget";
    }

    private void degrade(String reason, String remedy) {
        if (!reason.equals(status.reason())) {
            LOG.warn("core dumps might not be available after a crash: {}", reason);
        }
        status = status.toDegraded(reason, remedy, clock.instant());
    }

    private OptionalInt dumpable() throws KernelException {
        ProcessLimits kernel = limits;
        return kernel == null ? OptionalInt.empty() : OptionalInt.of(kernel.dumpable());
    }

    private static Optional<Long> free(Situation now) {
        return now.target().map(Situation.Target::freeBytes);
    }

    private List<Evidence> evidence() throws IOException {
        Situation now = proc.read(OptionalInt.empty());
        return folder.evidence(
                now.pattern().names(),
                now.target().map(Situation.Target::folder),
                now.crasher().uid());
    }

    private void tellOfThePreviousEnd() throws IOException {
        if (told) {
            return;
        }
        Optional<String> broken = begun ? Optional.empty() : previousEnd.begin();
        begun = true;
        List<Evidence> news = previousEnd.news(evidence());
        told = true;
        StringBuilder text = new StringBuilder();
        broken.ifPresent(
                process ->
                        text.append("the previous process (")
                                .append(process)
                                .append(") did not end in order"));
        for (Evidence one : news) {
            text.append(text.isEmpty() ? "" : "; ").append("left: ").append(one.sentence());
            String cause = PreviousEnd.causeIn(one.file());
            if (one.kind() == Evidence.Kind.JVM_ERROR && !cause.isEmpty()) {
                text.append(": ").append(cause);
            }
        }
        if (broken.isPresent() && news.isEmpty()) {
            text.append(
                    "; it left no file: killed by SIGKILL, for lack of memory or with the host");
        }
        if (!text.isEmpty()) {
            previous = text.toString();
            LOG.warn("a crash before this start: {}", previous);
        }
    }

    /** The process ends in order. */
    public void end() {
        try {
            previousEnd.end();
        } catch (IOException e) {
            LOG.warn("the next start will take this end for a crash", e);
        }
    }

    /** The step of the start. */
    public Step step() {
        return Step.optional("core-dumps", "Core dumps", status);
    }

    /** What the last look saw; empty before the first. */
    Optional<View> view() {
        return Optional.ofNullable(view);
    }

    /** What an earlier crash left, in a sentence; empty when there is no news of one. */
    String previous() {
        return previous;
    }

    Path path() {
        return folder.path();
    }

    /** RLIMIT_CORE as it was at the last look; empty before the first. */
    public OptionalLong limitBytes() {
        View seen = view;
        return seen == null ? OptionalLong.empty() : OptionalLong.of(seen.situation().softLimit());
    }

    /** Files removed for their age so far. */
    public long expired() {
        return expired.sum();
    }

    /** For the view of the subsystem. */
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        View seen = view;
        if (seen != null) {
            facts.put("core_dump", seen.prediction().outcome().name().toLowerCase(Locale.ROOT));
            facts.put("core_limit_bytes", seen.situation().softLimit());
            facts.put("crash_files", seen.evidence().size());
        }
        if (!previous.isEmpty()) {
            facts.put("previous_crash", previous);
        }
        return facts;
    }
}
