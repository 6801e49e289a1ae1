package io.drover.autoscaling.internal.decide;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Windows of time in which an autoscaler has so many replicas at least. Where windows overlap, the
 * largest number counts. Immutable.
 */
public final class Schedule {

    /** No window. */
    public static final Schedule NONE = new Schedule(List.of());

    private static final int WINDOWS_MAX = 100;

    private final List<Window> windows;

    private Schedule(List<Window> windows) {
        this.windows = List.copyOf(windows);
    }

    /**
     * One window: open from a {@code start} to the next {@code end}, as the clocks of {@code zone}
     * show them.
     */
    private record Window(Cron start, Cron end, ZoneId zone, int replicas) {

        /** It is open when it ends before it begins again. */
        boolean open(Instant now) {
            return end.next(now, zone)
                            .orElse(Instant.MAX)
                            .compareTo(start.next(now, zone).orElse(Instant.MAX))
                    < 0;
        }

        Instant edge(Instant now) {
            Instant begins = start.next(now, zone).orElse(Instant.MAX);
            Instant ends = end.next(now, zone).orElse(Instant.MAX);
            return begins.isBefore(ends) ? begins : ends;
        }
    }

    /**
     * Reads one: {@code [{"start": "0 8 * * 1-5", "end": "0 20 * * 1-5", "timezone":
     * "Europe/Berlin", "replicas": 10}]}.
     *
     * @throws IllegalArgumentException naming window, field, rule and value
     */
    static Schedule read(String text) {
        if (!(JsonReader.read(text) instanceof List<?> list) || list.size() > WINDOWS_MAX) {
            throw new IllegalArgumentException(
                    "it must be a list of at most " + WINDOWS_MAX + " windows");
        }
        List<Window> windows = new ArrayList<>();
        for (Object one : list) {
            windows.add(window("window " + windows.size(), one));
        }
        return new Schedule(windows);
    }

    private static Window window(String which, Object tree) {
        if (!(tree instanceof Map<?, ?> map)
                || !List.of("start", "end", "timezone", "replicas").containsAll(map.keySet())) {
            throw new IllegalArgumentException(
                    which + " must have start, end, replicas and, if wanted, timezone alone");
        }
        if (!(map.get("replicas") instanceof Number number)
                || number.doubleValue() != Math.rint(number.doubleValue())
                || number.doubleValue() < 1
                || number.doubleValue() > Spec.REPLICAS_MAX) {
            throw new IllegalArgumentException(
                    which
                            + ": replicas must be a whole number from 1 to "
                            + Spec.REPLICAS_MAX
                            + ", is "
                            + map.get("replicas"));
        }
        return new Window(
                cron(which + ": start ", map.get("start")),
                cron(which + ": end ", map.get("end")),
                zone(which, map.get("timezone")),
                number.intValue());
    }

    private static Cron cron(String which, Object text) {
        try {
            return Cron.of(String.valueOf(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(which + e.getMessage(), e);
        }
    }

    private static ZoneId zone(String which, Object name) {
        try {
            return ZoneId.of(name == null ? "UTC" : name.toString());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    which
                            + ": timezone must be the name of one, as Europe/Berlin, is \""
                            + name
                            + "\"",
                    e);
        }
    }

    /** The replicas that it asks for; 0 when no window is open. */
    public int least(Instant now) {
        int least = 0;
        for (Window window : windows) {
            if (window.replicas > least && window.open(now)) {
                least = window.replicas;
            }
        }
        return least;
    }

    /** When the next window opens or ends; empty when none ever does. */
    public Optional<Instant> edge(Instant now) {
        return windows.stream().map(window -> window.edge(now)).min(Instant::compareTo);
    }
}
