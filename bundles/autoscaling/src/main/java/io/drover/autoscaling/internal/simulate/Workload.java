package io.drover.autoscaling.internal.simulate;

import io.drover.autoscaling.internal.decide.Quantity;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What is scaled.
 *
 * @param requests what one pod asks for, in thousandths, by {@code cpu} or {@code cpu/app}
 * @param startMillis from the creation of a pod until it is ready
 * @param everyMillis between two decisions
 * @param replicas at the begin; 0 for the lower bound
 */
record Workload(Map<String, Long> requests, long startMillis, long everyMillis, int replicas) {

    Workload {
        requests = Map.copyOf(requests);
    }

    /**
     * @param options {@code pod} (default {@code cpu=1,memory=1Gi}), {@code start} and {@code
     *     every} in seconds, {@code replicas}
     * @throws IllegalArgumentException naming option, rule and value
     */
    static Workload of(Map<String, String> options) {
        Map<String, Long> requests = new HashMap<>();
        for (String one : options.getOrDefault("pod", "cpu=1,memory=1Gi").split(",")) {
            String[] sides = one.split("=", 2);
            OptionalLong amount =
                    sides.length == 2 ? Quantity.thousandths(sides[1]) : OptionalLong.empty();
            if (amount.isEmpty() || amount.getAsLong() == 0) {
                throw new IllegalArgumentException(
                        "--pod must be what a pod asks for, as cpu=500m,memory=1Gi, is " + one);
            }
            requests.put(sides[0], amount.getAsLong());
        }
        return new Workload(
                requests,
                whole(options, "start", 30, 0, 86_400) * 1000L,
                whole(options, "every", 15, 1, 3_600) * 1000L,
                whole(options, "replicas", 0, 0, 100_000));
    }

    private static int whole(
            Map<String, String> options, String name, int absent, int least, int most) {
        String text = options.get(name);
        if (text == null) {
            return absent;
        }
        int number = text.matches("\\d{1,6}") ? Integer.parseInt(text) : -1;
        if (number < least || number > most) {
            throw new IllegalArgumentException(
                    "--" + name + " must be from " + least + " to " + most + ", is " + text);
        }
        return number;
    }
}
