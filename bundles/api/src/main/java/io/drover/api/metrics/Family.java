package io.drover.api.metrics;

import java.util.List;

/**
 * The declaration of one metric family. Names follow Prometheus: base units, {@code _total} at the
 * end of a counter, {@code _seconds} and {@code _bytes} before it.
 *
 * @param name the whole name: {@code drover_conntrack_events_total}
 * @param type what kind of figure it is
 * @param help one sentence for people
 * @param labels names of the labels, in the order in which values are given; empty for one single
 *     series
 * @param bounds upper bounds of a histogram's buckets, ascending, without infinity; empty for the
 *     other types
 */
public record Family(
        String name, Type type, String help, List<String> labels, List<Double> bounds) {

    /** The types of the Prometheus text format 0.0.4 that are used here. */
    public enum Type {
        COUNTER,
        GAUGE,
        INFO,
        HISTOGRAM
    }

    public Family {
        labels = List.copyOf(labels);
        bounds = List.copyOf(bounds);
        if (type == Type.COUNTER && !name.endsWith("_total")) {
            throw new IllegalArgumentException("a counter's name ends in _total: " + name);
        }
        if (type == Type.INFO && !name.endsWith("_info")) {
            throw new IllegalArgumentException("an info's name ends in _info: " + name);
        }
    }

    /** A figure that only grows, from 0 at the start of its bundle. */
    public static Family counter(String name, String help, String... labels) {
        return new Family(name, Type.COUNTER, help, List.of(labels), List.of());
    }

    /** A figure that goes up and down. */
    public static Family gauge(String name, String help, String... labels) {
        return new Family(name, Type.GAUGE, help, List.of(labels), List.of());
    }

    /** Facts as labels, with the value 1. */
    public static Family info(String name, String help, String... labels) {
        return new Family(name, Type.INFO, help, List.of(labels), List.of());
    }

    /** A distribution over fixed buckets. */
    public static Family histogram(
            String name, String help, List<Double> bounds, String... labels) {
        return new Family(name, Type.HISTOGRAM, help, List.of(labels), bounds);
    }
}
