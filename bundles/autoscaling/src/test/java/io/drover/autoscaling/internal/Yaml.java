package io.drover.autoscaling.internal;

import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** YAML as the agent's own tools read it. */
public final class Yaml {

    private Yaml() {}

    public static Object read(String label, String text) {
        LoadSettings settings =
                LoadSettings.builder()
                        .setLabel(label)
                        .setSchema(new CoreSchema())
                        .setCodePointLimit(Math.max(1, text.length()))
                        .build();
        return new Load(settings).loadFromString(text);
    }
}
