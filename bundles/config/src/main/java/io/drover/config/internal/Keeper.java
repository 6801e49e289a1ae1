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
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the components' configurations in step with the sources. All methods are called by one
 * thread; {@link #view} may be read by any.
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
    private final Counts counts;
    private final Clock clock;

    private Schema schema = Schema.of(List.of());
    private Sources held;
    private Judgement judgement = Judgement.NONE;
    private List<Finding> refused = List.of();
    private String digest = "";
    private String unstored = "";
    private Settings settings;
    private volatile View view;

    Keeper(
            SourceReader reader,
            Publisher publisher,
            SecretSink secrets,
            Counts counts,
            Clock clock) {
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

    /** How to watch and read; only after {@link #begin}. */
    Settings settings() {
        return settings;
    }

    /** The first reading; {@code installed} holds at least this bundle's own section. */
    void begin(Schema installed) {
        schema = installed;
        Judgement environment = Judge.judge(schema, reader.environmentAlone());
        settings = Settings.from(environment.settings(schema));
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
        judgement = Judge.judge(schema, held);
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
        Judgement next = Judge.judge(schema, sources);
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
        List<Reload.Change> changes = changes(judgement.settings(schema), next.settings(schema));
        held = sources;
        judgement = next;
        refused = List.of();
        settings = Settings.from(next.settings(schema));
        publish();
        if (first || !changes.isEmpty()) {
            LOG.info(
                    "configuration applied: files={} changed={}",
                    sources.files(),
                    changes.stream().map(c -> c.section() + "." + c.key()).toList());
        }
        if (first && !next.ignored().isEmpty()) {
            LOG.warn("variables of no section are ignored: names={}", next.ignored());
        }
        Reload.Outcome outcome =
                changes.isEmpty() ? Reload.Outcome.UNCHANGED : Reload.Outcome.APPLIED;
        return new Reload(outcome, changes, List.of());
    }

    /** Hands over every section that nothing is wrong with. */
    private void publish() {
        unstored = "";
        secrets.take(judgement.secrets(), settings.secrets());
        for (Section section : schema.sections().values()) {
            if (!judgement.wrongSections().contains(section.word())) {
                publish(section.word(), properties(section));
            }
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
                            if (!key.secret()) {
                                properties.put(key.id(), given.value());
                            }
                        });
        return properties;
    }

    private void publish(String word, Map<String, Object> properties) {
        String pid = Section.PID_PREFIX + word;
        try {
            if (schema.section(word).isPresent() && publisher.publish(pid, properties)) {
                counts.published();
            }
        } catch (IOException e) {
            LOG.warn("configuration not stored, tried again: pid={}", pid, e);
            unstored = pid + " could not be stored: " + e.getMessage();
        }
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
        List<Setting> shown =
                held == null
                        ? List.of()
                        : judgement.settings(schema).stream().map(this::redacted).toList();
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

    private List<Reload.Change> changes(List<Setting> before, List<Setting> after) {
        Map<String, Setting> former = new HashMap<>();
        before.forEach(setting -> former.put(path(setting), setting));
        List<Reload.Change> changes = new ArrayList<>();
        for (Setting setting : after) {
            Setting was = former.get(path(setting));
            if (was == null || !was.value().equals(setting.value())) {
                changes.add(
                        new Reload.Change(
                                setting.section(),
                                setting.key(),
                                was == null ? null : redacted(was).value(),
                                redacted(setting).value(),
                                setting.origin()));
            }
        }
        return changes;
    }

    private Setting redacted(Setting setting) {
        boolean secret =
                schema.section(setting.section())
                        .map(section -> section.keys().get(setting.key()))
                        .filter(Key::secret)
                        .isPresent();
        boolean unset = setting.value().equals("") || setting.value().equals(List.of());
        return secret && !unset
                ? new Setting(setting.section(), setting.key(), Setting.REDACTED, setting.origin())
                : setting;
    }

    private static String path(Setting setting) {
        return setting.section() + "." + setting.key();
    }
}
