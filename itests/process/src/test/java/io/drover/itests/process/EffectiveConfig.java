package io.drover.itests.process;

import com.google.gson.JsonObject;

/** Reads the answer of /api/v1/config. */
final class EffectiveConfig {

    private EffectiveConfig() {}

    static String value(JsonObject document, String section, String key) {
        JsonObject sections = document.getAsJsonObject("sections");
        if (!sections.has(section) || !sections.getAsJsonObject(section).has(key)) {
            throw new AssertionError("no " + section + "." + key + " in " + document);
        }
        return sections.getAsJsonObject(section).getAsJsonObject(key).get("value").getAsString();
    }
}
