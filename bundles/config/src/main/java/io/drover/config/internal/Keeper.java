package io.drover.config.internal;

import io.drover.api.config.Finding;
import io.drover.api.config.Reload;
import io.drover.api.config.Setting;
import io.drover.api.status.Status;
import io.drover.config.internal.judge.Judge;
import io.drover.config.internal.judge.Judgement;
import io.drover.config.internal.read.ReadLimits;
import io.drover.config.internal.read.SourceReader;
import io.drover.config.internal.read.Sources;
import io.drover.config.internal.schema.Key;
import io.drover.config.internal.schema.Schema;
import io.drover.config.internal.schema.Section;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the components' configurations in step with the sources. All methods are called by one
 * thread; {@link #view} and {@link #schema} may be read by any.
 *
 * <p>Sources are taken over whole or not at all. A bundle that comes later is held against the
 * sources that hold, not against newer ones that were refused.
 */
final class Keeper {

    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    private static final String REMEDY_AT_START = "correct what is named, then start again";
    private static final String REMEDY =
            "correct what is named; the files are read again as soon as they change";

    /**
     * The section whose component tells of a wrong start and ends the process. It gets its defaults
     * even then; it could do neither without a configuration.
     */
    private static final String REPORTER = "core";

    private final SourceReader reader;
    private final Publisher publisher;
    private final SecretSink secrets;
    private final RunTimeFile runTimeFile;
    private final Consumer<Reload> changed;
    private final Counts counts;
    private final Clock clock;

    private volatile Schema schema = Schema.of(List.of());
    private Sources held;
    private Judgement judgement = Judgement.NONE;
    private List<Finding> refused = List.of();
    private String digest = "";
    private String unstored = "";
    private Settings settings;
    private RunTime runTime = RunTime.NONE;
    private volatile View view;

    /**
     * @param changed told of each change of what holds, on the thread that caused it
     */
    Keeper(
            SourceReader reader,
            Publisher publisher,
            SecretSink secrets,
            RunTimeFile runTimeFile,
            Consumer<Reload> changed,
            Counts counts,
            Clock clock) {
        this.runTimeFile = runTimeFile;
        this.changed = changed;
        this.reader = reader;
        this.publisher = publisher;
        this.secrets = secrets;
        this.counts = counts;
        this.clock = clock;
        this.view = View.first(clock.instant());
    }

    View view() {
        return view;
    }

    /** What can be configured now; any thread. */
    Schema schema() {
        return schema;
    }

    /** How to watch and read; only after {@link #begin}. */
    Settings settings() {
        return settings;
    }

    /** The first reading; {@code installed} holds at least this bundle's own section. */
    void begin(Schema installed) {
        schema = installed;
        Judgement environment = Judge.judge(schema, reader.environmentAlone());
        settings = Settings.from(environment.settings(schema));
        runTime = runTimeFile.load().at(clock.instant());
        read();
    }

    /** Bundles came or went. */
    void schemaChanged(Schema installed) {
        if (installed.equals(schema)) {
            return;
        }
        Schema before = schema;
        schema = installed;
        if (held == null) {
            read();
            return;
        }
        judgement = judge(held);
        dropWhatFitsNoLonger();
        publish();
        withdraw(before);
        if (refused.isEmpty()) {
            show(view.lastRead(), view.files());
        } else {
            read();
        }
    }

    /** Hands over once more what could not be stored. */
    void storeAgain() {
        if (!unstored.isEmpty() && held != null) {
            publish();
            show(view.lastRead(), view.files());
        }
    }

    /** Reads; takes it over only if the files say something else than last time. */
    Optional<Reload> readIfChanged() {
        Sources sources = reader.read(limits());
        return sources.digest().equals(digest) ? Optional.empty() : Optional.of(take(sources));
    }

    /** Reads. */
    Reload read() {
        return take(reader.read(limits()));
    }

    /** Something failed that nobody foresaw. */
    void broken(RuntimeException e) {
        LOG.error("configuration could not be handled, what holds stays", e);
        Status status =
                view.status().toDegraded(e.toString(), "restart the bundle", clock.instant());
        view = view.with(status);
    }

    private ReadLimits limits() {
        return settings.limits();
    }

    private Reload take(Sources sources) {
        digest = sources.digest();
        Judgement next = judge(sources);
        Reload reload = next.findings().isEmpty() ? accept(sources, next) : refuse(next);
        counts.count(reload.outcome());
        show(clock.instant(), sources.files());
        return reload;
    }

    private Reload refuse(Judgement next) {
        if (!next.findings().equals(refused)) {
            LOG.error(
                    "configuration refused, {}: findings={}",
                    held == null ? "nothing is configured" : "the former one holds",
                    next.findings().size());
            next.findings().forEach(finding -> LOG.error("configuration: {}", finding.sentence()));
        }
        refused = next.findings();
        if (held == null) {
            publish(REPORTER, Map.of());
        }
        return new Reload(Reload.Outcome.REFUSED, List.of(), refused);
    }

    private Reload accept(Sources sources, Judgement next) {
        boolean first = held == null;
        held = sources;
        refused = List.of();
        Reload reload = takeOver(next);
        if (first || !reload.changes().isEmpty()) {
            LOG.info(
                    "configuration applied: files={} changed={} reconfigured={}",
                    sources.files(),
                    reload.changes().stream().map(c -> c.section() + "." + c.key()).toList(),
                    reload.reconfigured());
        }
        if (first && !next.ignored().isEmpty()) {
            LOG.warn("variables of no section are ignored: names={}", next.ignored());
        }
        return reload;
    }

    private Reload takeOver(Judgement next) {
        List<Reload.Change> changes =
                Shown.changes(schema, judgement.settings(schema), next.settings(schema));
        judgement = next;
        settings = Settings.from(next.settings(schema));
        List<String> reconfigured = publish();
        Reload.Outcome outcome =
                changes.isEmpty() ? Reload.Outcome.UNCHANGED : Reload.Outcome.APPLIED;
        Reload reload = new Reload(outcome, changes, List.of(), reconfigured);
        if (!changes.isEmpty()) {
            changed.accept(reload);
        }
        return reload;
    }

    /** Files and environment, with the run-time settings above them. */
    private Judgement judge(Sources sources) {
        return Judge.judge(schema, sources.with(runTime.given()));
    }

    /** Gives one key a value that is stronger than file and environment. */
    Reload set(RunTime.Entry entry) {
        Optional<Finding> barred = RunTimeRules.barred(schema, held != null, entry);
        if (barred.isPresent()) {
            return refusedSetting(List.of(barred.get()));
        }
        RunTime wanted = runTime.with(entry);
        Judgement next = Judge.judge(schema, held.with(wanted.given()));
        List<Finding> own =
                next.findings().stream().filter(f -> !judgement.findings().contains(f)).toList();
        return own.isEmpty() ? takeOver(wanted, next) : refusedSetting(own);
    }

    /** Takes such a value back. */
    Reload unset(String path) {
        return takeOver(runTime.without(List.of(path)));
    }

    /** Takes back what is over; {@code true} when there was something. */
    boolean expire() {
        RunTime now = runTime.at(clock.instant());
        if (now.equals(runTime)) {
            return false;
        }
        LOG.info("run-time settings are over: left={}", now.byPath().keySet());
        takeOver(now);
        return true;
    }

    /** When {@link #expire} will have something to do. */
    Optional<Instant> nextEnd() {
        return runTime.nextEnd();
    }

    private Reload takeOver(RunTime wanted) {
        if (wanted.equals(runTime) || held == null) {
            return new Reload(Reload.Outcome.UNCHANGED, List.of(), List.of());
        }
        return takeOver(wanted, Judge.judge(schema, held.with(wanted.given())));
    }

    private Reload takeOver(RunTime wanted, Judgement next) {
        runTime = wanted;
        runTimeFile.save(wanted);
        Reload reload = takeOver(next);
        LOG.info(
                "run-time settings: {} reconfigured={}",
                runTime.byPath().keySet(),
                reload.reconfigured());
        show(view.lastRead(), view.files());
        return reload;
    }

    private static Reload refusedSetting(List<Finding> findings) {
        return new Reload(Reload.Outcome.REFUSED, List.of(), findings);
    }

    /** After a change of bundles; else one of them would stand against each further reading. */
    private void dropWhatFitsNoLonger() {
        List<String> places = judgement.findings().stream().map(Finding::source).toList();
        List<String> lost =
                runTime.byPath().values().stream()
                        .filter(e -> places.contains(e.origin().toString()))
                        .filter(
                                e ->
                                        judgement.findings().stream()
                                                .anyMatch(f -> f.key().equals(e.path())))
                        .map(RunTime.Entry::path)
                        .toList();
        if (!lost.isEmpty()) {
            LOG.warn("run-time settings do not fit the new bundle and are dropped: keys={}", lost);
            runTime = runTime.without(lost);
            runTimeFile.save(runTime);
            judgement = judge(held);
        }
    }

    /** Hands over every section that nothing is wrong with. */
    private List<String> publish() {
        unstored = "";
        secrets.take(judgement.secrets(), settings.secrets());
        List<String> reconfigured = new ArrayList<>();
        for (Section section : schema.sections().values()) {
            if (!judgement.wrongSections().contains(section.word())
                    && publish(section.word(), properties(section))) {
                reconfigured.add(section.pid());
            }
        }
        publishLevels();
        return reconfigured;
    }

    private void publishLevels() {
        Map<String, String> levels = new HashMap<>();
        for (Section section : schema.sections().values()) {
            Judgement.Effective level = judgement.of(section.word()).get(Schema.LOG_LEVEL.name());
            if (level != null && !level.value().equals("")) {
                levels.put(section.word(), level.value().toString());
            }
        }
        try {
            publisher.levels(levels);
        } catch (IOException e) {
            LOG.warn("log levels not stored, tried again: levels={}", levels, e);
            unstored = "log levels could not be stored: " + e.getMessage();
        }
    }

    /** By id; without secrets, which no service property may hold. */
    private Map<String, Object> properties(Section section) {
        Map<String, Object> properties = new HashMap<>();
        judgement
                .of(section.word())
                .forEach(
                        (name, given) -> {
                            Key key = section.keys().get(name);
                            if (!key.secret() && !key.equals(Schema.LOG_LEVEL)) {
                                properties.put(key.id(), given.value());
                            }
                        });
        return properties;
    }

    private boolean publish(String word, Map<String, Object> properties) {
        String pid = Section.PID_PREFIX + word;
        try {
            if (schema.section(word).isPresent() && publisher.publish(pid, properties)) {
                counts.published();
                return true;
            }
        } catch (IOException e) {
            LOG.warn("configuration not stored, tried again: pid={}", pid, e);
            unstored = pid + " could not be stored: " + e.getMessage();
        }
        return false;
    }

    private void withdraw(Schema before) {
        for (Section section : before.sections().values()) {
            if (schema.section(section.word()).isEmpty()) {
                try {
                    publisher.withdraw(section.pid());
                } catch (IOException e) {
                    LOG.warn("configuration not removed: pid={}", section.pid(), e);
                }
            }
        }
    }

    private void show(Instant lastRead, List<String> files) {
        List<Finding> findings = new ArrayList<>(refused);
        findings.addAll(judgement.findings());
        List<Setting> shown = List.of();
        if (held != null) {
            KarafEdits edits = KarafEdits.of(schema, publisher);
            findings.addAll(edits.findings());
            shown = Shown.settings(schema, edits.over(judgement.settings(schema)));
        }
        view =
                new View(
                        status(findings),
                        shown,
                        findings,
                        files,
                        lastRead,
                        refused.isEmpty() ? lastRead : view.lastAccepted(),
                        judgement.ignored());
    }

    /** Somebody wrote to Configuration Admin, perhaps this bundle itself. */
    void edited() {
        if (held != null) {
            show(view.lastRead(), view.files());
        }
    }

    private Status status(List<Finding> findings) {
        Instant now = clock.instant();
        Status status = view.status();
        if (!findings.isEmpty()) {
            String reason =
                    findings.stream().map(Finding::sentence).collect(Collectors.joining("\n"));
            return held == null
                    ? status.toFailed(reason, REMEDY_AT_START, now)
                    : status.toDegraded(reason, REMEDY, now);
        }
        return unstored.isEmpty()
                ? status.toActive(now)
                : status.toDegraded(unstored, "free space in the folder data of Karaf", now);
    }
}
