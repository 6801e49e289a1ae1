package io.drover.config.internal;

import io.drover.api.config.Finding;
import io.drover.api.config.Reload;
import io.drover.api.config.Setting;
import java.util.List;

/** Settings and changes for a terminal. Pure. */
final class ConfigText {

    private ConfigText() {}

    static String of(List<Setting> settings, List<Finding> findings) {
        int key = settings.stream().mapToInt(s -> path(s).length()).max().orElse(0);
        int value = settings.stream().mapToInt(s -> shown(s.value()).length()).max().orElse(0);
        StringBuilder text = new StringBuilder();
        findings.forEach(finding -> text.append("wrong: ").append(finding.sentence()).append('\n'));
        for (Setting setting : settings) {
            text.append(padded(path(setting), key))
                    .append("  ")
                    .append(padded(shown(setting.value()), Math.min(value, 40)))
                    .append("  ")
                    .append(setting.origin())
                    .append('\n');
        }
        return text.isEmpty() ? "nothing is configured yet\n" : text.toString();
    }

    static String of(Reload reload) {
        if (reload.changes().isEmpty()) {
            return "nothing changed\n";
        }
        StringBuilder text = new StringBuilder();
        for (Reload.Change change : reload.changes()) {
            text.append(change.section()).append('.').append(change.key()).append(": ");
            text.append(shown(change.before())).append(" -> ").append(shown(change.after()));
            text.append("  ").append(change.origin()).append('\n');
        }
        String who = String.join(", ", reload.reconfigured());
        return text.append("reconfigured: ")
                .append(who.isEmpty() ? "none" : who)
                .append('\n')
                .toString();
    }

    private static String path(Setting setting) {
        return setting.section() + "." + setting.key();
    }

    private static String shown(Object value) {
        return value == null ? "none" : value.equals("") ? "\"\"" : value.toString();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
