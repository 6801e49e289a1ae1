package io.drover.kubernetes.internal.client;

import io.drover.api.kubernetes.KubeObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the trees that leave this bundle: copies that nobody can change. */
final class Trees {

    private Trees() {}

    static KubeObject object(Map<?, ?> document) {
        return new KubeObject(frozen(document));
    }

    private static Map<String, Object> frozen(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>(map.size() * 2);
        map.forEach(
                (key, value) -> {
                    // Field ownership is as large as the object itself and of no use here.
                    if (!key.equals("managedFields")) {
                        copy.put(key.toString(), frozenValue(value));
                    }
                });
        return Collections.unmodifiableMap(copy);
    }

    private static Object frozenValue(Object value) {
        if (value instanceof Map<?, ?> map) {
            return frozen(map);
        }
        if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>(list.size());
            list.forEach(element -> copy.add(frozenValue(element)));
            return Collections.unmodifiableList(copy);
        }
        return value;
    }
}
