package io.drover.config.internal;

import io.drover.api.config.Reload;
import io.drover.api.config.Setting;
import io.drover.config.internal.schema.Key;
import io.drover.config.internal.schema.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Settings as anybody may see them: without secrets. Pure. */
final class Shown {

    private Shown() {}

    static List<Setting> settings(Schema schema, List<Setting> settings) {
        return settings.stream().map(setting -> redacted(schema, setting)).toList();
    }

    /** Each key that has another value after than before. */
    static List<Reload.Change> changes(Schema schema, List<Setting> before, List<Setting> after) {
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
                                was == null ? null : redacted(schema, was).value(),
                                redacted(schema, setting).value(),
                                setting.origin()));
            }
        }
        return changes;
    }

    static Setting redacted(Schema schema, Setting setting) {
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
