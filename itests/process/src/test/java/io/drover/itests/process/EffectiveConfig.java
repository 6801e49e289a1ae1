package io.drover.itests.process;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/** Reads the answer of /api/v1/config. */
final class EffectiveConfig {

    private EffectiveConfig() {}

    static String value(JsonObject document, String section, String key) {
        for (JsonElement element : document.getAsJsonArray("settings")) {
            JsonObject setting = element.getAsJsonObject();
            if (setting.get("key").getAsString().equals(section + "." + key)) {
                return setting.get("value").getAsString();
            }
        }
        throw new AssertionError("no " + section + "." + key + " in " + document);
    }
}
