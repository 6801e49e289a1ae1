package io.drover.autoscaling.internal.decide;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A time that comes again, as cron writes it: minute, hour, day of the month, month, day of the
 * week. Where both days are restricted, either is enough. A time that a change of the clocks skips
 * comes by as much later; one that comes twice counts once, the first time. Immutable.
 */
final class Cron {

    private static final List<String> MONTHS =
            List.of(
                    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov",
                    "dec");
    private static final List<String> DAYS =
            List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

    /** The 29th of February may be eight years away. */
    private static final int DAYS_AHEAD = 8 * 366 + 1;

    private final BitSet minutes;
    private final BitSet hours;
    private final BitSet days;
    private final BitSet months;
    private final BitSet weekdays;
    private final boolean anyDay;
    private final boolean anyWeekday;

    private Cron(String[] fields) {
        minutes = field(fields[0], "minute", 0, 59, List.of());
        hours = field(fields[1], "hour", 0, 23, List.of());
        days = field(fields[2], "day of the month", 1, 31, List.of());
        months = field(fields[3], "month", 1, 12, MONTHS);
        weekdays = field(fields[4], "day of the week", 0, 7, DAYS);
        if (weekdays.get(7)) {
            weekdays.set(0); // both are Sunday
        }
        anyDay = fields[2].startsWith("*");
        anyWeekday = fields[4].startsWith("*");
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException naming field, rule and value
     */
    static Cron of(String text) {
        String[] fields = text.strip().split("\\s+");
        if (fields.length != 5) {
            throw new IllegalArgumentException(
                    "must have five fields, as 0 8 * * 1-5, is \"" + text + "\"");
        }
        Cron cron = new Cron(fields);
        if (cron.next(Instant.EPOCH, ZoneId.of("UTC")).isEmpty()) {
            throw new IllegalArgumentException("must come at some time, is \"" + text + "\"");
        }
        return cron;
    }

    /** The first time after {@code now}; empty when there is none. */
    Optional<Instant> next(Instant now, ZoneId zone) {
        LocalDate date = now.atZone(zone).toLocalDate();
        for (int i = 0; i < DAYS_AHEAD; i++) {
            if (on(date.plusDays(i))) {
                Optional<Instant> found = after(now, date.plusDays(i), zone);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private boolean on(LocalDate date) {
        if (!months.get(date.getMonthValue())) {
            return false;
        }
        boolean day = days.get(date.getDayOfMonth());
        boolean weekday = weekdays.get(number(date.getDayOfWeek()));
        return (anyDay || anyWeekday) ? (day && weekday) : (day || weekday);
    }

    private static int number(DayOfWeek day) {
        return day.getValue() % 7;
    }

    private Optional<Instant> after(Instant now, LocalDate date, ZoneId zone) {
        for (int hour = hours.nextSetBit(0); hour >= 0; hour = hours.nextSetBit(hour + 1)) {
            for (int minute = minutes.nextSetBit(0);
                    minute >= 0;
                    minute = minutes.nextSetBit(minute + 1)) {
                // Of two the first; of none the one that is as much later: as ofLocal has it.
                Instant at =
                        ZonedDateTime.ofLocal(date.atTime(LocalTime.of(hour, minute)), zone, null)
                                .toInstant();
                if (at.isAfter(now)) {
                    return Optional.of(at);
                }
            }
        }
        return Optional.empty();
    }

    private static BitSet field(String text, String name, int least, int most, List<String> words) {
        BitSet set = new BitSet();
        for (String part : text.split(",", -1)) {
            String[] step = part.split("/", -1);
            String[] range = step[0].split("-", -1);
            boolean all = step[0].equals("*");
            int from = all ? least : number(range[0], words, least);
            int to = all ? most : range.length == 2 ? number(range[1], words, least) : from;
            if (!all && step.length == 2 && range.length == 1) {
                to = most; // 5/10: from 5 on each tenth
            }
            int by = step.length == 2 ? number(step[1], List.of(), 0) : 1;
            if (step.length > 2
                    || range.length > 2
                    || from < least
                    || to > most
                    || from > to
                    || by < 1) {
                throw new IllegalArgumentException(
                        "must have as "
                                + name
                                + " a number from "
                                + least
                                + " to "
                                + most
                                + ", a range, list or step of them, has \""
                                + text
                                + "\"");
            }
            for (int i = from; i <= to; i += by) {
                set.set(i);
            }
        }
        return set;
    }

    /** -1 when it is none. */
    private static int number(String text, List<String> words, int first) {
        int word = words.indexOf(text.toLowerCase(Locale.ROOT));
        if (word >= 0) {
            return word + first;
        }
        return text.matches("\\d{1,3}") ? Integer.parseInt(text) : -1;
    }
}
