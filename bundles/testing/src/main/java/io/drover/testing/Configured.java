package io.drover.testing;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/** Component configurations as Declarative Services would hand them over. */
public final class Configured {

    private Configured() {}

    /**
     * A configuration with its declared defaults, some keys set.
     *
     * @param type the annotation type of the component's configuration
     * @param values by method name, each of that method's type
     */
    public static <T> T with(Class<T> type, Map<String, Object> values) {
        for (String key : values.keySet()) {
            if (Arrays.stream(type.getDeclaredMethods()).noneMatch(m -> m.getName().equals(key))) {
                throw new IllegalArgumentException(type.getSimpleName() + " has no key " + key);
            }
        }
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> valueOf(type, method, values)));
    }

    private static Object valueOf(Class<?> type, Method method, Map<String, Object> values) {
        if (values.containsKey(method.getName())) {
            return values.get(method.getName());
        }
        if (method.getDeclaringClass() == type) {
            return Objects.requireNonNull(
                    method.getDefaultValue(), () -> method.getName() + " has no default");
        }
        return "toString".equals(method.getName()) ? type.getSimpleName() + values : null;
    }
}
