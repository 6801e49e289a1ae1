package io.drover.config.internal;

import io.drover.config.internal.schema.Choice;
import io.drover.config.internal.schema.Key;
import io.drover.config.internal.schema.Schema;
import io.drover.config.internal.schema.Section;
import java.util.List;
import java.util.stream.Collectors;

/** {@code docs/configuration.md}: every key with its type, range, default and meaning. Pure. */
public final class ConfigurationDocument {

    private static final String INTRODUCTION =
            """
            # Configuration

            Every key of every section. Written by a running agent from its bundles' metatype (`./drover config schema`); a test holds the two
            against each other.

            `etc/drover.yaml` of the home folder, then `etc/conf.d/*.yaml` by name, then variables `DROVER_<SECTION>_<KEY>` (items of a list
            parted by commas), then run-time settings (`drover config set`); the later one wins key by key. All of it is YAML 1.2 with the
            core schema: sections with keys below them. `drover config` shows what holds and where it comes from, `drover config validate FILE`
            checks a file without an agent, `docs/drover.schema.json` lets an editor do so.

            """;

    private ConfigurationDocument() {}

    public static String of(Schema schema) {
        StringBuilder text = new StringBuilder(INTRODUCTION);
        schema.sections().values().forEach(section -> section(text, section));
        return text.toString().stripTrailing() + "\n";
    }

    private static void section(StringBuilder text, Section section) {
        text.append("## ").append(section.word()).append("\n\n");
        text.append("| key | value | default | meaning |\n| --- | --- | --- | --- |\n");
        for (Key key : section.keys().values()) {
            text.append("| `").append(key.name()).append("` | ");
            text.append(cell(value(key))).append(" | ");
            text.append(cell(defaults(key))).append(" | ");
            text.append(cell(key.description())).append(" |\n");
        }
        text.append('\n');
    }

    private static String value(Key key) {
        String kind =
                switch (key.type()) {
                    case TEXT -> key.list() ? "texts" : "text";
                    case SECRET -> "secret, `ENC[handle]` or `file:/path`";
                    case TRUTH -> key.list() ? "list of true or false" : "true or false";
                    case INTEGER, LONG -> key.list() ? "whole numbers" : "whole number";
                    case DOUBLE -> key.list() ? "numbers" : "number";
                };
        List<Choice> choices = key.choices();
        if (!choices.isEmpty()) {
            return choices.stream()
                    .map(
                            choice ->
                                    choice.range().isPresent()
                                            ? choice.words()
                                            : "`" + choice.text() + "`")
                    .collect(Collectors.joining(", "));
        }
        String bounds = key.bounds().words();
        boolean ofText = kind.startsWith("text") || kind.startsWith("secret");
        return bounds.isEmpty()
                ? kind
                : kind + (ofText ? " of " : " ") + bounds + (ofText ? " characters" : "");
    }

    private static String defaults(Key key) {
        String text = String.join(", ", key.defaults());
        return text.isBlank() ? "" : "`" + text + "`";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ").strip();
    }
}
