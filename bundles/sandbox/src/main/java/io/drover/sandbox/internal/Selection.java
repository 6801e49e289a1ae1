package io.drover.sandbox.internal;

import java.util.Map;

/**
 * Which objects a list or a watch is about.
 *
 * @param namespace empty for all
 * @param labels {@code app=web,tier=front}; empty for all. Equality is all that is understood
 * @param fields {@code metadata.name=web}; empty for all
 */
record Selection(String namespace, String labels, String fields) {

    /**
     * @throws IllegalArgumentException for a form that is not understood here
     */
    Selection {
        if (!labels.isEmpty()
                && !labels.matches("[^=!, ()]+=[^=!, ()]*(,[^=!, ()]+=[^=!, ()]*)*")) {
            throw new IllegalArgumentException(
                    "this sandbox understands labelSelector=a=b,c=d alone, not " + labels);
        }
        if (!fields.isEmpty() && !fields.matches("metadata\\.name=[^,]*")) {
            throw new IllegalArgumentException(
                    "this sandbox understands fieldSelector=metadata.name=NAME alone, not "
                            + fields);
        }
    }

    boolean selects(Map<String, Object> object) {
        Map<String, Object> metadata = Trees.map(object, "metadata");
        if (!namespace.isEmpty() && !namespace.equals(metadata.get("namespace"))) {
            return false;
        }
        if (!fields.isEmpty()
                && !fields.substring("metadata.name=".length()).equals(metadata.get("name"))) {
            return false;
        }
        Map<String, Object> has = Trees.map(metadata, "labels");
        for (String each : labels.isEmpty() ? new String[0] : labels.split(",")) {
            String[] sides = each.split("=", 2);
            if (!sides[1].equals(has.get(sides[0]))) {
                return false;
            }
        }
        return true;
    }
}
