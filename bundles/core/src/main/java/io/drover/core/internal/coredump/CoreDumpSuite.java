package io.drover.core.internal.coredump;

import io.drover.api.diagnosis.Check;
import io.drover.api.diagnosis.Suite;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells whether a crash would leave a core, where, and what prevents it. Looks anew when asked. */
public final class CoreDumpSuite implements Suite {

    private final CoreDumps dumps;

    public CoreDumpSuite(CoreDumps dumps) {
        this.dumps = dumps;
    }

    @Override
    public String name() {
        return "core-dump";
    }

    @Override
    public String about() {
        return "whether a crash would leave a core";
    }

    @Override
    public List<Check> run() {
        dumps.look();
        Optional<CoreDumps.View> looked = dumps.view();
        if (looked.isEmpty()) {
            return List.of(
                    Check.fail(
                            "core dump",
                            dumps.step().status().reason(),
                            dumps.step().status().remedy(),
                            ""));
        }
        CoreDumps.View view = looked.get();
        List<Check> checks = new ArrayList<>();
        checks.add(prediction(view));
        checks.add(Check.pass("core pattern", pattern(view.situation().pattern())));
        checks.add(limit(view));
        checks.add(heap(view));
        checks.add(left(view.evidence()));
        checks.add(
                dumps.previous().isEmpty()
                        ? Check.pass("previous end", "the previous process ended in order")
                        : Check.warn(
                                "previous end",
                                dumps.previous(),
                                "look at the files for the cause",
                                "ls -l " + dumps.path()));
        return checks;
    }

    private Check prediction(CoreDumps.View view) {
        String name = "core dump";
        Prediction prediction = view.prediction();
        CoreDumpSettings settings = dumps.settings();
        boolean asWished = !settings.enabled() || settings.budget().maxBytes() == 0;
        if (asWished && prediction.outcome() == Prediction.Outcome.NONE) {
            return Check.skipped(
                    name,
                    "would not be written: "
                            + prediction.reason()
                            + (settings.enabled()
                                    ? "; core.core_dump_max_bytes is 0"
                                    : "; core.core_dump_enabled is false"));
        }
        return switch (prediction.outcome()) {
            case WRITTEN -> Check.pass(name, "would be written: " + prediction.reason());
            case HANDED_OVER -> Check.pass(name, "would be handed over: " + prediction.reason());
            case CUT ->
                    Check.warn(
                            name,
                            "would be cut off: " + prediction.reason(),
                            prediction.remedy(),
                            prediction.command());
            case NONE ->
                    Check.fail(
                            name,
                            "would not be written: " + prediction.reason(),
                            prediction.remedy(),
                            prediction.command());
        };
    }

    private static String pattern(CorePattern pattern) {
        return switch (pattern.kind()) {
            case FILE ->
                    pattern.text().contains("/")
                            ? "kernel.core_pattern names the file " + pattern.text()
                            : "kernel.core_pattern names the file "
                                    + pattern.text()
                                    + " in the agent's working directory";
            case PROGRAM ->
                    "kernel.core_pattern starts the program "
                            + pattern.program()
                            + " and gives it the core";
            case SOCKET -> "kernel.core_pattern gives cores to the socket " + pattern.text();
            case NONE -> "kernel.core_pattern is empty";
        };
    }

    private Check limit(CoreDumps.View view) {
        String now =
                "RLIMIT_CORE is "
                        + Sizes.of(view.situation().softLimit())
                        + ", hard limit "
                        + Sizes.of(view.situation().hardLimit());
        if (!dumps.settings().enabled()) {
            return Check.skipped(
                    "core limit",
                    now + "; core.core_dump_enabled is false, so the agent leaves it alone");
        }
        return view.cores().bytes() > 0
                ? Check.pass("core limit", now)
                : Check.warn(
                        "core limit",
                        now + ": " + view.cores().reason(),
                        "remove what is no longer needed, or raise the budget",
                        "ls -l " + dumps.path());
    }

    private Check heap(CoreDumps.View view) {
        if (!dumps.settings().enabled()) {
            return Check.skipped("heap dump", "core.core_dump_enabled is false");
        }
        return view.heap().bytes() > 0
                ? Check.pass(
                        "heap dump",
                        "up to "
                                + Sizes.of(view.heap().bytes())
                                + " would be written to "
                                + dumps.path()
                                + " when the JVM runs out of heap")
                : Check.warn(
                        "heap dump",
                        "would not be written: " + view.heap().reason(),
                        "remove what is no longer needed, or raise the budget",
                        "ls -l " + dumps.path());
    }

    private Check left(List<Evidence> evidence) {
        if (evidence.isEmpty()) {
            return Check.pass("crash files", "there are none");
        }
        List<String> sentences = evidence.stream().map(Evidence::sentence).toList();
        return Check.warn(
                "crash files",
                String.join("; ", sentences),
                "look for the cause, then remove them",
                "ls -l " + dumps.path());
    }
}
