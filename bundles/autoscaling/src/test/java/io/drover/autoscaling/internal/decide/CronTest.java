package io.drover.autoscaling.internal.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Times that come again, by the clocks of their place. */
class CronTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // 2026-01-01 is a Thursday.
                "* * * * *        | 2026-01-01T12:00:00Z | 2026-01-01T12:01:00Z",
                "0 8 * * 1-5      | 2026-01-01T12:00:00Z | 2026-01-02T08:00:00Z",
                "0 8 * * 1-5      | 2026-01-02T08:00:00Z | 2026-01-05T08:00:00Z",
                "0 8 * * MON-FRI  | 2026-01-02T08:00:00Z | 2026-01-05T08:00:00Z",
                "*/15 9-10 * * *  | 2026-01-01T10:45:00Z | 2026-01-02T09:00:00Z",
                "5/20 * * * *     | 2026-01-01T12:05:00Z | 2026-01-01T12:25:00Z",
                "0 0 1,15 * *     | 2026-01-01T00:00:00Z | 2026-01-15T00:00:00Z",
                "0 0 31 * *       | 2026-01-31T00:00:00Z | 2026-03-31T00:00:00Z",
                "0 0 29 feb *     | 2026-01-01T00:00:00Z | 2028-02-29T00:00:00Z",
                "0 0 * * 7        | 2026-01-01T00:00:00Z | 2026-01-04T00:00:00Z",
                "0 0 13 * 5       | 2026-01-03T00:00:00Z | 2026-01-09T00:00:00Z",
                "59 23 31 12 *    | 2026-12-31T23:59:00Z | 2027-12-31T23:59:00Z"
            })
    void comesNext(String cron, Instant now, Instant next) {
        assertThat(Cron.of(cron).next(now, ZoneId.of("UTC"))).hasValue(next);
    }

    @ParameterizedTest
    @CsvSource({
        // Clocks go from 2 to 3 on the 29th of March: what is skipped comes by as much later.
        "30 2 * * *, 2026-03-29T00:00:00Z, 2026-03-29T01:30:00Z",
        "30 2 * * *, 2026-03-29T01:30:00Z, 2026-03-30T00:30:00Z",
        // And from 3 to 2 on the 25th of October: what comes twice counts the first time.
        "30 2 * * *, 2026-10-24T12:00:00Z, 2026-10-25T00:30:00Z",
        "30 2 * * *, 2026-10-25T00:30:00Z, 2026-10-26T01:30:00Z",
        "0 8 * * *, 2026-03-28T12:00:00Z, 2026-03-29T06:00:00Z",
        "0 8 * * *, 2026-10-24T12:00:00Z, 2026-10-25T07:00:00Z"
    })
    void followsTheClocksOfBerlin(String cron, Instant now, Instant next) {
        assertThat(Cron.of(cron).next(now, ZoneId.of("Europe/Berlin"))).hasValue(next);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "* * * *",
                "* * * * * *",
                "60 * * * *",
                "* 24 * * *",
                "* * 0 * *",
                "* * * 13 *",
                "* * * * 8",
                "5-1 * * * *",
                "*/0 * * * *",
                "1-2-3 * * * *",
                "1/2/3 * * * *",
                "-1 * * * *",
                "1,,2 * * * *",
                "NaN * * * *",
                "1000000000 * * * *",
                "0 0 31 2 *",
                "0 0 30 feb *"
            })
    void whatIsNoTimeIsRefused(String cron) {
        assertThatThrownBy(() -> Cron.of(cron))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must");
    }

    @Test
    void theFieldThatIsWrongIsNamed() {
        assertThatThrownBy(() -> Cron.of("0 25 * * *"))
                .hasMessage(
                        "must have as hour a number from 0 to 23, a range, list or step of them, has \"25\"");
    }
}
