package io.drover.autoscaling.internal.simulate;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A load that was recorded: some series over time, each the sum over all replicas. Immutable.
 *
 * @param series by name; never empty
 */
record Load(Map<String, Series> series) {

    /** A figure that is older tells nothing any more. */
    private static final long STALE_MILLIS = 300_000;

    Load {
        if (series.isEmpty()) {
            throw new IllegalArgumentException("the load has no series");
        }
        series = new LinkedHashMap<>(series);
    }

    /** One series: points in the order of time. */
    static final class Series {

        private long[] at = new long[1024];
        private double[] values = new double[1024];
        private int count;

        /**
         * @throws IllegalArgumentException when it is before the one before it
         */
        void add(long time, double value) {
            if (count > 0 && time < at[count - 1]) {
                throw new IllegalArgumentException(
                        "times must grow, " + time + " comes behind " + at[count - 1]);
            }
            if (count > 0 && time == at[count - 1]) {
                values[count - 1] += value; // several series of one name are one
                return;
            }
            if (count == at.length) {
                at = Arrays.copyOf(at, count * 2);
                values = Arrays.copyOf(values, count * 2);
            }
            at[count] = time;
            values[count] = value;
            count++;
        }

        /** This and another one, point by point. */
        Series plus(Series other) {
            Series sum = new Series();
            int i = 0;
            int j = 0;
            while (i < count || j < other.count) {
                if (j == other.count || (i < count && at[i] <= other.at[j])) {
                    sum.add(at[i], values[i]);
                    i++;
                } else {
                    sum.add(other.at[j], other.values[j]);
                    j++;
                }
            }
            return sum;
        }

        /** The newest value at a time; NaN when there is none, or it is too old. */
        double at(long time) {
            int found = Arrays.binarySearch(at, 0, count, time);
            int i = found >= 0 ? found : -found - 2;
            return i < 0 || time - at[i] > STALE_MILLIS ? Double.NaN : values[i];
        }

        long first() {
            return count == 0 ? Long.MAX_VALUE : at[0];
        }

        long last() {
            return count == 0 ? Long.MIN_VALUE : at[count - 1];
        }
    }

    /** When it begins, milliseconds of the epoch. */
    long begin() {
        return series.values().stream().mapToLong(Series::first).min().orElseThrow();
    }

    /** When it ends. */
    long end() {
        return series.values().stream().mapToLong(Series::last).max().orElseThrow();
    }

    /** The series for an objective; where there is one of each they belong together. */
    Optional<Series> find(String name, boolean only) {
        Series named = series.get(name);
        return named == null && only && series.size() == 1
                ? Optional.of(series.values().iterator().next())
                : Optional.ofNullable(named);
    }
}
