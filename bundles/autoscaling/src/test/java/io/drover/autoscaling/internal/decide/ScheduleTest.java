package io.drover.autoscaling.internal.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Windows of time in which there are so many replicas at least. */
class ScheduleTest {

    private static final String OFFICE =
            "{\"start\":\"0 8 * * 1-5\",\"end\":\"0 20 * * 1-5\",\"timezone\":\"Europe/Berlin\",\"replicas\":10}";
    private static final String NIGHT =
            "{\"start\":\"0 19 * * *\",\"end\":\"0 6 * * *\",\"replicas\":4}";

    @Test
    void aWindowIsOpenFromItsStartToItsEndByTheClocksOfItsPlace() {
        Schedule schedule = Schedule.read("[" + OFFICE + "]");

        // 2026-07-01 is a Wednesday; Berlin is two hours ahead then, one hour in winter.
        assertThat(schedule.least(Instant.parse("2026-07-01T05:59:59Z"))).isZero();
        assertThat(schedule.least(Instant.parse("2026-07-01T06:00:00Z"))).isEqualTo(10);
        assertThat(schedule.least(Instant.parse("2026-07-01T17:59:59Z"))).isEqualTo(10);
        assertThat(schedule.least(Instant.parse("2026-07-01T18:00:00Z"))).isZero();
        assertThat(schedule.least(Instant.parse("2026-01-07T06:59:59Z"))).isZero();
        assertThat(schedule.least(Instant.parse("2026-01-07T07:00:00Z"))).isEqualTo(10);
    }

    @Test
    void itIsClosedAtTheWeekend() {
        Schedule schedule = Schedule.read("[" + OFFICE + "]");

        assertThat(schedule.least(Instant.parse("2026-07-04T10:00:00Z"))).isZero();
        assertThat(schedule.edge(Instant.parse("2026-07-03T18:00:00Z")))
                .hasValue(Instant.parse("2026-07-06T06:00:00Z"));
    }

    @Test
    void aWindowMayReachOverMidnightAndTheLargestOfSeveralCounts() {
        Schedule schedule = Schedule.read("[" + OFFICE + "," + NIGHT + "]");

        assertThat(schedule.least(Instant.parse("2026-01-07T02:00:00Z"))).isEqualTo(4);
        assertThat(schedule.least(Instant.parse("2026-01-07T18:30:00Z"))).isEqualTo(10);
        assertThat(schedule.least(Instant.parse("2026-01-07T19:30:00Z"))).isEqualTo(4);
        assertThat(schedule.least(Instant.parse("2026-01-07T06:30:00Z"))).isZero();
    }

    @Test
    void theClocksMayChangeWithinAWindow() {
        Schedule schedule =
                Schedule.read(
                        "[{\"start\":\"30 2 * * *\",\"end\":\"0 4 * * *\",\"timezone\":\"Europe/Berlin\",\"replicas\":3}]");

        // On the 29th of March the clocks go from 2 to 3: it opens at half past three.
        assertThat(schedule.least(Instant.parse("2026-03-29T01:29:59Z"))).isZero();
        assertThat(schedule.least(Instant.parse("2026-03-29T01:30:00Z"))).isEqualTo(3);
        assertThat(schedule.least(Instant.parse("2026-03-29T02:00:00Z"))).isZero();
    }

    @Test
    void withoutWindowsItAsksForNothing() {
        assertThat(Schedule.read("[]").least(Instant.EPOCH)).isZero();
        assertThat(Schedule.read("[]").edge(Instant.EPOCH)).isEmpty();
    }

    static Stream<Arguments> absurd() {
        String times = "\"start\":\"0 8 * * *\",\"end\":\"0 9 * * *\",";
        return Stream.of(
                Arguments.of("", "not JSON"),
                Arguments.of("{}", "must be a list"),
                Arguments.of("[" + "1,".repeat(100) + "1]", "at most 100 windows"),
                Arguments.of("[1]", "window 0 must have"),
                Arguments.of("[{\"begin\":\"0 8 * * *\"}]", "window 0 must have"),
                Arguments.of("[{" + times + "\"replicas\":0}]", "from 1 to 1000000, is 0"),
                Arguments.of("[{" + times + "\"replicas\":-1}]", "from 1 to 1000000, is -1"),
                Arguments.of("[{" + times + "\"replicas\":1000000000}]", "is 1000000000"),
                Arguments.of("[{" + times + "\"replicas\":1.5}]", "is 1.5"),
                Arguments.of("[{" + times + "\"replicas\":\"NaN\"}]", "is NaN"),
                Arguments.of("[{\"replicas\":1,\"end\":\"0 9 * * *\"}]", "start must have five"),
                Arguments.of(
                        "[{" + times + "\"replicas\":1,\"timezone\":\"Mars\"}]",
                        "timezone must be the name of one"),
                Arguments.of("[".repeat(10_000), "no more than 32 levels"));
    }

    @ParameterizedTest
    @MethodSource("absurd")
    void whatIsNoScheduleIsRefusedWithAReason(String text, String why) {
        assertThatThrownBy(() -> Schedule.read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
