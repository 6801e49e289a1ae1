package io.drover.config.internal;

import io.drover.api.config.Finding;
import io.drover.api.config.Origin;
import io.drover.api.config.Setting;
import io.drover.config.internal.judge.Judge;
import io.drover.config.internal.schema.Key;
import io.drover.config.internal.schema.Schema;
import io.drover.config.internal.schema.Section;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody wrote to Configuration Admin past the sources, as {@code config:edit} does: it
 * holds until the sources say something new for that section, so it is shown, and held against the
 * same rules.
 */
final class KarafEdits {

    private final Map<String, Setting> byPath = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    private KarafEdits() {}

    static KarafEdits of(Schema schema, Publisher publisher) {
        KarafEdits edits = new KarafEdits();
        for (Section section : schema.sections().values()) {
            Map<String, Optional<Object>> edited = publisher.edited(section.pid());
            if (!edited.isEmpty()) {
                section.keys().values().forEach(key -> edits.add(section, key, edited));
            }
        }
        return edits;
    }

    private void add(Section section, Key key, Map<String, Optional<Object>> edited) {
        Optional<Object> value = edited.get(key.id());
        if (value == null) {
            return;
        }
        Origin origin = new Origin(Origin.Kind.KARAF, section.pid());
        Judge.Verdict verdict = Judge.edited(section, key, value, origin);
        verdict.finding().ifPresent(findings::add);
        byPath.put(section.word() + "." + key.name(), verdict.setting());
    }

    /** The settings with the edited ones in their places. */
    List<Setting> over(List<Setting> settings) {
        return settings.stream()
                .map(s -> byPath.getOrDefault(s.section() + "." + s.key(), s))
                .toList();
    }

    List<Finding> findings() {
        return findings;
    }
}
