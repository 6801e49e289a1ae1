package io.drover.grpc.internal;

import io.drover.api.config.Finding;
import io.drover.api.config.Setting;
import io.drover.proto.v1.ConfigChange;
import io.drover.proto.v1.ConfigEvent;
import io.drover.proto.v1.ConfigSetting;
import io.drover.proto.v1.ConfigSnapshot;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration as it is and its newest changes, kept once for all readers. Any thread.
 *
 * <p>A number stands for one configuration: who knows it and asks again gets the changes since, or,
 * where these are not kept any more, the whole.
 */
final class ConfigJournal {

    private final long epoch;
    private final int changesMax;

    /** Guarded by this. */
    private final ArrayDeque<ConfigEvent> changes = new ArrayDeque<>();

    private Map<String, ConfigSetting> known = new LinkedHashMap<>();
    private List<String> findings = List.of();
    private long sequence;

    /**
     * @param changesMax how many changes are kept
     */
    ConfigJournal(long epoch, int changesMax) {
        this.epoch = epoch;
        this.changesMax = changesMax;
    }

    /**
     * Takes in what holds now.
     *
     * @return whether that is anything new
     */
    synchronized boolean update(List<Setting> settings, List<Finding> wrong) {
        Map<String, ConfigSetting> next = new LinkedHashMap<>();
        settings.forEach(each -> next.put(each.section() + "." + each.key(), message(each)));
        List<String> sentences = wrong.stream().map(Finding::sentence).toList();
        if (sequence > 0 && next.equals(known) && sentences.equals(findings)) {
            return false;
        }
        ConfigChange.Builder change = ConfigChange.newBuilder();
        next.forEach(
                (key, setting) -> {
                    if (!setting.equals(known.get(key))) {
                        change.addSet(setting);
                    }
                });
        known.keySet().stream().filter(key -> !next.containsKey(key)).forEach(change::addRemoved);
        sequence++;
        if (sentences.equals(findings)) {
            keep(event().setChange(change).build());
        } else {
            // Findings are told with the whole alone.
            changes.clear();
        }
        known = next;
        findings = sentences;
        return true;
    }

    private void keep(ConfigEvent change) {
        if (changes.size() == changesMax) {
            changes.removeFirst();
        }
        changes.addLast(change);
    }

    /**
     * What a reader is to be told next.
     *
     * @param seen the number that it knows; 0 for none
     * @return empty when it knows all
     */
    synchronized Optional<ConfigEvent> after(long seen) {
        if (seen == sequence) {
            return Optional.empty();
        }
        ConfigEvent oldest = changes.peekFirst();
        if (seen == 0 || seen > sequence || oldest == null || oldest.getSequence() > seen + 1) {
            return Optional.of(whole());
        }
        return changes.stream().filter(each -> each.getSequence() == seen + 1).findFirst();
    }

    /** All of it. */
    synchronized ConfigEvent whole() {
        return event().setSnapshot(
                        ConfigSnapshot.newBuilder()
                                .addAllSettings(known.values())
                                .addAllFindings(findings))
                .build();
    }

    long epoch() {
        return epoch;
    }

    private ConfigEvent.Builder event() {
        return ConfigEvent.newBuilder().setEpoch(epoch).setSequence(sequence);
    }

    static ConfigSetting message(Setting setting) {
        ConfigSetting.Builder message =
                ConfigSetting.newBuilder()
                        .setSection(setting.section())
                        .setKey(setting.key())
                        .setOrigin(setting.origin().toString());
        if (setting.value() instanceof List<?> list) {
            list.forEach(each -> message.addValues(String.valueOf(each)));
        } else {
            message.addValues(String.valueOf(setting.value()));
        }
        return message.build();
    }
}
