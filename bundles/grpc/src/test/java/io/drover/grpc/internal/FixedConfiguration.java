package io.drover.grpc.internal;

import io.drover.api.config.Finding;
import io.drover.api.config.LiveConfiguration;
import io.drover.api.config.Origin;
import io.drover.api.config.Reload;
import io.drover.api.config.RunTimeSettings;
import io.drover.api.config.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A configuration that a test changes. Any thread. */
final class FixedConfiguration implements LiveConfiguration, RunTimeSettings {

    private volatile List<Setting> settings =
            List.of(
                    new Setting("core", "drain_ms", 100L, Origin.DEFAULT),
                    new Setting("core", "api_key", Setting.REDACTED, Origin.DEFAULT),
                    new Setting("grpc", "bind", List.of("127.0.0.1", "::1"), Origin.DEFAULT));
    private volatile List<Finding> findings = List.of();
    private volatile Reload reload = new Reload(Reload.Outcome.UNCHANGED, List.of(), List.of());

    private final List<String> changes = new CopyOnWriteArrayList<>();

    /** What was set and unset at run time. */
    List<String> changes() {
        return List.copyOf(changes);
    }

    @Override
    public Reload set(
            String section, String key, String text, Duration lifetime, Duration timeout) {
        changes.add(section + "." + key + "=" + text + " for " + lifetime);
        return reload;
    }

    @Override
    public Reload unset(String section, String key, Duration timeout) {
        changes.add(section + "." + key + " unset");
        return reload;
    }

    void set(String section, String key, Object value) {
        List<Setting> next = new ArrayList<>(settings);
        next.removeIf(each -> each.section().equals(section) && each.key().equals(key));
        next.add(
                new Setting(
                        section, key, value, new Origin(Origin.Kind.FILE, "etc/drover.yaml:3:5")));
        settings = List.copyOf(next);
    }

    void remove(String section, String key) {
        settings =
                settings.stream()
                        .filter(each -> !(each.section().equals(section) && each.key().equals(key)))
                        .toList();
    }

    void find(Finding... wrong) {
        findings = List.of(wrong);
    }

    void reloadGives(Reload given) {
        reload = given;
    }

    @Override
    public List<Setting> settings() {
        return settings;
    }

    @Override
    public List<Finding> findings() {
        return findings;
    }

    @Override
    public Reload reload(Duration timeout) {
        return reload;
    }
}
