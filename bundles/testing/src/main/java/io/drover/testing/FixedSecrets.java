package io.drover.testing;

import io.drover.api.secret.Secret;
import io.drover.api.secret.Secrets;
import io.drover.api.secret.UnresolvedSecretException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Secrets as the test says them; remembers which were refused. Any thread. */
public final class FixedSecrets implements Secrets {

    private final Map<String, Secret> values = new ConcurrentHashMap<>();
    private final Map<String, String> unresolved = new ConcurrentHashMap<>();
    private final List<Secret> refused = new CopyOnWriteArrayList<>();

    /** A new value; its version is one more than that of the one before. */
    public FixedSecrets with(String section, String key, String value) {
        String path = section + "." + key;
        unresolved.remove(path);
        values.compute(
                path,
                (p, former) ->
                        new Secret(
                                section,
                                key,
                                "ENC[" + key + "]",
                                former == null ? 1 : former.version() + 1,
                                Instant.EPOCH,
                                value));
        return this;
    }

    /** No value at all. */
    public FixedSecrets without(String section, String key) {
        values.remove(section + "." + key);
        unresolved.remove(section + "." + key);
        return this;
    }

    /** Configured, and never resolved. */
    public FixedSecrets unresolved(String section, String key, String why) {
        values.remove(section + "." + key);
        unresolved.put(section + "." + key, why);
        return this;
    }

    /** The secrets that somebody said were refused, in order. */
    public List<Secret> refused() {
        return List.copyOf(refused);
    }

    @Override
    public Optional<Secret> current(String section, String key) {
        String why = unresolved.get(section + "." + key);
        if (why != null) {
            throw new UnresolvedSecretException(section + "." + key + ": " + why);
        }
        return Optional.ofNullable(values.get(section + "." + key));
    }

    @Override
    public void refused(Secret secret) {
        refused.add(secret);
    }

    @Override
    public List<Secret> known() {
        return List.copyOf(values.values());
    }
}
