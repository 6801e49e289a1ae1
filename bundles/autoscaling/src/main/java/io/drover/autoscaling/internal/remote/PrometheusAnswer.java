package io.drover.autoscaling.internal.remote;

import io.drover.autoscaling.internal.decide.JsonReader;
import io.drover.autoscaling.internal.decide.Samples.Measured;
import io.drover.autoscaling.internal.decide.Samples.Value;
import java.util.List;
import java.util.Map;

/** What the HTTP API of Prometheus answers to an instant query, as one figure. Pure functions. */
final class PrometheusAnswer {

    /** The largest figure whose thousandths are a long. */
    private static final double LARGEST = 9e15;

    private PrometheusAnswer() {}

    /**
     * The sum of all series, as for external metrics in Kubernetes. Where it warns that the answer
     * may be in part alone, the figure may add replicas and takes none away.
     *
     * @throws IllegalArgumentException if there is no series, or no figure of 0 or more
     */
    static Measured read(String text, long at) {
        Map<String, Object> answer = JsonReader.readObject(text);
        if (!"success".equals(answer.get("status"))) {
            throw new IllegalArgumentException("the query failed: " + answer.get("error"));
        }
        if (!(answer.get("data") instanceof Map<?, ?> data)
                || !(data.get("result") instanceof List<?> result)) {
            throw new IllegalArgumentException("the answer has no data.result");
        }
        double sum =
                switch (String.valueOf(data.get("resultType"))) {
                    case "scalar" -> figure(result);
                    case "vector" -> sum(result);
                    default ->
                            throw new IllegalArgumentException(
                                    "the query must give a scalar or an instant vector, gives a "
                                            + data.get("resultType"));
                };
        if (sum > LARGEST) {
            throw new IllegalArgumentException("the figure is larger than " + LARGEST);
        }
        return new Value(Math.round(sum * 1000), at, warning(answer.get("warnings")));
    }

    private static double sum(List<?> series) {
        if (series.isEmpty()) {
            throw new IllegalArgumentException("the query finds no series");
        }
        double sum = 0;
        for (Object one : series) {
            if (!(one instanceof Map<?, ?> map) || !(map.get("value") instanceof List<?> pair)) {
                throw new IllegalArgumentException("a series has no value");
            }
            sum += figure(pair);
        }
        return sum;
    }

    private static double figure(List<?> pair) {
        String text = pair.size() == 2 ? String.valueOf(pair.get(1)) : "";
        double value;
        try {
            value = Double.parseDouble(text.replace("Inf", "Infinity"));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the figure must be a number, is \"" + text + "\"");
        }
        if (Double.isNaN(value) || Double.isInfinite(value) || value < 0) {
            throw new IllegalArgumentException("the figure must be 0 or more, is " + text);
        }
        return value;
    }

    private static String warning(Object warnings) {
        return warnings instanceof List<?> list && !list.isEmpty()
                ? "Prometheus warns: " + list.get(0)
                : "";
    }
}
