package io.drover.config.internal.judge;

import io.drover.api.config.Finding;
import io.drover.api.config.Origin;
import io.drover.api.config.Setting;
import io.drover.config.internal.schema.Key;
import io.drover.config.internal.schema.Schema;
import io.drover.config.internal.schema.Section;
import io.drover.config.internal.secret.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the sources mean to the installed bundles.
 *
 * @param values what is given, by section and key; what is wrong is not in it
 * @param findings all that is wrong, in the order of the sources
 * @param wrongSections the sections that a finding is about
 * @param ignored variables of the environment that look like Drover's and belong to no section
 * @param secrets what is given for keys that take a secret; it is in {@code values} too
 */
public record Judgement(
        Map<String, Map<String, Effective>> values,
        List<Finding> findings,
        Set<String> wrongSections,
        Set<String> ignored,
        List<Target> secrets) {

    /** Nothing given, nothing wrong. */
    public static final Judgement NONE =
            new Judgement(Map.of(), List.of(), Set.of(), Set.of(), List.of());

    /** A value with its place. */
    public record Effective(Object value, Origin origin) {}

    public Judgement {
        values = Map.copyOf(values);
        findings = List.copyOf(findings);
        wrongSections = Set.copyOf(wrongSections);
        ignored = Set.copyOf(ignored);
        secrets = List.copyOf(secrets);
    }

    /** What is given for the keys of one section, by key. */
    public Map<String, Effective> of(String section) {
        return values.getOrDefault(section, Map.of());
    }

    /** Every key of the schema with the value that holds, defaults too. Not yet redacted. */
    public List<Setting> settings(Schema schema) {
        List<Setting> settings = new ArrayList<>();
        for (Section section : schema.sections().values()) {
            Map<String, Effective> given = of(section.word());
            for (Key key : section.keys().values()) {
                Effective effective = given.get(key.name());
                settings.add(
                        effective == null
                                ? new Setting(
                                        section.word(),
                                        key.name(),
                                        TypedValue.ofDefault(key),
                                        Origin.DEFAULT)
                                : new Setting(
                                        section.word(),
                                        key.name(),
                                        effective.value(),
                                        effective.origin()));
            }
        }
        return settings;
    }
}
