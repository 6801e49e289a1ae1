package io.drover.config.internal;

import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Reads YAML and JSON for verbs that work without an agent. Pure functions. */
public final class OfflineYaml {

    private OfflineYaml() {}

    /**
     * The first document in a text, as maps, lists, strings and numbers.
     *
     * @param label names it in messages
     * @throws IllegalArgumentException with line and rule, when it is no YAML
     */
    public static Object read(String label, String text) {
        LoadSettings settings =
                LoadSettings.builder()
                        .setLabel(label)
                        .setSchema(new CoreSchema())
                        .setAllowDuplicateKeys(false)
                        .setMaxAliasesForCollections(50)
                        .setCodePointLimit(Math.max(1, text.length()))
                        .build();
        try {
            for (Object document : new Load(settings).loadAllFromString(text)) {
                if (document != null) {
                    return document;
                }
            }
            return null;
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException(label + ": must be YAML: " + e.getMessage(), e);
        }
    }
}
