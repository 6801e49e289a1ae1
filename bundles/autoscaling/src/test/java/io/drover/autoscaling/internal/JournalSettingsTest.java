package io.drover.autoscaling.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.autoscaling.internal.journal.Limits;
import io.drover.testing.Configured;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JournalSettingsTest {

    @Test
    void hasDefaults() {
        assertThat(JournalSettings.from(Configured.with(AutoscalingConfig.class, Map.of())))
                .isEqualTo(new Limits(64 << 20, 4 << 20, 8192, Duration.ZERO));
    }

    @Test
    void namesEveryKeyThatIsWrong() {
        AutoscalingConfig config =
                Configured.with(
                        AutoscalingConfig.class,
                        Map.of(
                                "journal_bytes_max", 100L,
                                "journal_file_bytes_max", 1L,
                                "journal_queue", 1,
                                "journal_sync_ms", -1L));

        assertThatThrownBy(() -> JournalSettings.from(config))
                .hasMessage(
                        "journal.bytes.max must be from 65536 to 1099511627776, is 100;"
                                + " journal.file.bytes.max must be from 16384 to 16384, is 1;"
                                + " journal.queue must be from 16 to 1000000, is 1;"
                                + " journal.sync.ms must be from 0 to 60000, is -1");
    }
}
