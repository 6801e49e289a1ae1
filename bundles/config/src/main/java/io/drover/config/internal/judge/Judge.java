package io.drover.config.internal.judge;

import io.drover.api.config.Finding;
import io.drover.api.config.Origin;
import io.drover.api.config.Setting;
import io.drover.config.internal.read.Findings;
import io.drover.config.internal.read.Given;
import io.drover.config.internal.read.Sources;
import io.drover.config.internal.read.Value;
import io.drover.config.internal.schema.Key;
import io.drover.config.internal.schema.NearestWord;
import io.drover.config.internal.schema.Schema;
import io.drover.config.internal.schema.Section;
import io.drover.config.internal.schema.ValueType;
import io.drover.config.internal.secret.Reference;
import io.drover.config.internal.secret.Target;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Holds what the sources say against what the bundles take, and finds all that is wrong, not only
 * the first thing. Pure; used once.
 */
public final class Judge {

    private static final String BACKEND_SECTION = "config";
    private static final String BACKEND_COMMAND = "secret_backend_command";
    private static final String NO_BACKEND =
            "names a handle, so "
                    + BACKEND_SECTION
                    + "."
                    + BACKEND_COMMAND
                    + " must name the executable that knows it";

    private static final String NOT_BY_KARAF =
            "is a secret, which must not be in Configuration Admin: delete it there and write it,"
                    + " or where it is, into a file or a variable";

    private final Schema schema;
    private final Findings findings = new Findings();
    private final Map<String, Map<String, Judgement.Effective>> values = new HashMap<>();
    private final Set<String> wrongSections = new TreeSet<>();
    private final Set<String> ignored = new TreeSet<>();
    private final SortedMap<String, Target> secrets = new TreeMap<>();

    private Judge(Schema schema) {
        this.schema = schema;
    }

    /** The meaning of {@code sources}. */
    public static Judgement judge(Schema schema, Sources sources) {
        Judge judge = new Judge(schema);
        sources.findings().forEach(judge.findings::add);
        sources.headings().forEach(judge::heading);
        sources.given().forEach(judge::given);
        judge.needBackEnd();
        return new Judgement(
                judge.values,
                judge.findings.all(),
                judge.wrongSections,
                judge.ignored,
                List.copyOf(judge.secrets.values()));
    }

    /**
     * What a value means that reached Configuration Admin past the sources.
     *
     * @param setting with the value as far as it can be told; a secret is shown like any other
     * @param finding what is wrong with it
     */
    public record Verdict(Setting setting, Optional<Finding> finding) {}

    /**
     * Holds one value against its key.
     *
     * @param value as Configuration Admin has it, arrays as lists; empty when the key was taken out
     */
    public static Verdict edited(Section section, Key key, Optional<Object> value, Origin origin) {
        Object held = value.orElseGet(() -> TypedValue.ofDefault(key));
        String path = section.word() + "." + key.name();
        if (key.secret()) {
            return verdict(section, key, held, origin, finding(origin, path, NOT_BY_KARAF, ""));
        }
        try {
            Object typed = value.isEmpty() ? held : TypedValue.of(key, given(key, held, origin));
            return verdict(section, key, typed, origin, null);
        } catch (Mismatch e) {
            return verdict(
                    section, key, held, origin, finding(origin, path, e.getMessage(), e.shown()));
        }
    }

    /** Karaf's console writes texts, whatever type the key has. */
    private static Value given(Key key, Object held, Origin origin) {
        if (key.list() && held instanceof List<?> list) {
            List<Value.Scalar> items =
                    list.stream().map(item -> scalar(String.valueOf(item), key, origin)).toList();
            return new Value.Listing(items, origin);
        }
        return key.list()
                ? new Value.Variable(String.valueOf(held), origin)
                : scalar(String.valueOf(held), key, origin);
    }

    private static Value.Scalar scalar(String text, Key key, Origin origin) {
        boolean isText = key.type() == ValueType.TEXT;
        return new Value.Scalar(text, isText ? Value.Kind.TEXT : Value.Kind.of(text), origin);
    }

    private static Finding finding(Origin origin, String path, String rule, String value) {
        return new Finding(origin + " " + origin.where(), path, rule, Findings.shown(value));
    }

    private static Verdict verdict(
            Section section, Key key, Object value, Origin origin, Finding finding) {
        Object plain = value instanceof List<?> list ? List.copyOf(list) : value;
        return new Verdict(
                new Setting(section.word(), key.name(), plain, origin),
                Optional.ofNullable(finding));
    }

    private void heading(Sources.Heading heading) {
        if (!schema.words().contains(heading.word())) {
            String rule = "is not a section" + didYouMean(heading.word(), schema.words());
            findings.add(heading.place(), heading.word(), rule, "");
        }
    }

    private void given(Given given) {
        Optional<Section> section = schema.section(given.section());
        if (section.isPresent()) {
            key(section.get(), given);
        } else if (given.value() instanceof Value.Variable
                && !schema.words().contains(given.section())) {
            variableOfNoSection(given);
        }
    }

    /**
     * The environment is shared with others, so a word that is far from all sections is theirs; one
     * that is near to one is taken for a slip.
     */
    private void variableOfNoSection(Given given) {
        Origin origin = given.value().origin();
        Optional<String> meant = NearestWord.to(given.section(), schema.words());
        if (meant.isPresent() || origin.kind() == Origin.Kind.RUN_TIME) {
            String rule = "is not a section" + didYouMean(given.section(), schema.words());
            findings.add(origin.toString(), given.section(), rule, "");
        } else {
            ignored.add(origin.where());
        }
    }

    private void key(Section section, Given given) {
        Optional<Key> key = keyOf(section, given);
        String path = section.word() + "." + given.key();
        Origin origin = given.value().origin();
        if (key.isEmpty()) {
            // The value is not shown: a slip in the name of a secret must not give it away.
            String rule = "is not a key" + didYouMean(given.key(), section.keys().keySet());
            wrong(section, given.place(), path, rule, "");
            return;
        }
        try {
            Object value = TypedValue.of(key.get(), given.value());
            if (key.get().secret()) {
                secret(section, key.get(), String.valueOf(value), origin);
            }
            values.computeIfAbsent(section.word(), w -> new HashMap<>())
                    .put(key.get().name(), new Judgement.Effective(value, origin));
        } catch (Mismatch e) {
            String shown = key.get().secret() ? Setting.REDACTED : e.shown();
            wrong(section, origin.toString(), path, e.getMessage(), shown);
        }
    }

    /** The stronger source comes later; what is blank takes a weaker one away. */
    private void secret(Section section, Key key, String text, Origin origin) throws Mismatch {
        String path = section.word() + "." + key.name();
        secrets.remove(path);
        if (text.isBlank()) {
            return;
        }
        try {
            Reference reference = Reference.parse(text);
            Target target =
                    new Target(
                            section.word(), key.name(), reference, origin.toString(), key.bounds());
            secrets.put(path, target);
        } catch (Reference.Malformed e) {
            throw new Mismatch(e.getMessage(), text);
        }
    }

    private void needBackEnd() {
        Optional<Key> command =
                schema.section(BACKEND_SECTION).map(s -> s.keys().get(BACKEND_COMMAND));
        Judgement.Effective given =
                values.getOrDefault(BACKEND_SECTION, Map.of()).get(BACKEND_COMMAND);
        if (command.isEmpty() || (given != null && !given.value().toString().isBlank())) {
            return;
        }
        for (Target target : secrets.values()) {
            if (target.reference() instanceof Reference.Handle) {
                schema.section(target.section())
                        .ifPresent(
                                section ->
                                        wrong(
                                                section,
                                                target.origin(),
                                                target.path(),
                                                NO_BACKEND,
                                                Setting.REDACTED));
            }
        }
    }

    /** Variables are in upper case, whatever the key looks like. */
    private static Optional<Key> keyOf(Section section, Given given) {
        Key key = section.keys().get(given.key());
        if (key != null || !(given.value() instanceof Value.Variable)) {
            return Optional.ofNullable(key);
        }
        return section.keys().values().stream()
                .filter(k -> k.name().toLowerCase(Locale.ROOT).equals(given.key()))
                .findFirst();
    }

    private void wrong(Section section, String place, String path, String rule, String shown) {
        wrongSections.add(section.word());
        findings.add(place, path, rule, shown);
    }

    private static String didYouMean(String word, Collection<String> known) {
        return NearestWord.to(word, known)
                .map(near -> "; did you mean " + near + "?")
                .orElseGet(() -> "; there are " + String.join(", ", known));
    }
}
