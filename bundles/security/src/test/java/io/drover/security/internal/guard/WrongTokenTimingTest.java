package io.drover.security.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.security.internal.token.Known;
import io.drover.security.internal.token.KnownTokens;
import io.drover.security.internal.token.TokenDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whether time tells how much of a token was right: 100,000 wrong tokens of two classes in random
 * order, one wrong from the first character on, one wrong in the last alone. Welch's t of the
 * samples without their slowest tenth, as dudect does it (Reparaz, Balasch, Verbauwhede, "Dude, is
 * my code constant time?", 2017); beyond 4.5 the classes differ, and a comparison that ends at the
 * first difference comes to several hundred with tokens this long.
 */
class WrongTokenTimingTest {

    private static final int TOKENS = 100_000;
    private static final int ROUNDS = 3;
    private static final double DIFFERENT = 4.5;
    private static final String RIGHT = "a".repeat(64);

    private final KnownTokens known = new KnownTokens();

    @Test
    void takesAsLongForATokenThatIsAlmostRight() {
        known.replace(List.of(Known.ofFile("local", TokenDigest.of(RIGHT))));
        String[] classes = {"b" + RIGHT.substring(1), RIGHT.substring(1) + "b"};
        measure(classes);

        double smallest = Double.MAX_VALUE;
        for (int i = 0; i < ROUNDS && smallest > DIFFERENT; i++) {
            // Another program may disturb one round; a real difference shows in each.
            smallest = Math.min(smallest, Math.abs(welch(measure(classes))));
        }

        assertThat(smallest).isLessThan(DIFFERENT);
    }

    private double[][] measure(String[] classes) {
        Random random = new Random(4711);
        double[][] nanos = new double[2][TOKENS];
        int[] counts = new int[2];
        int found = 0;
        for (int i = 0; i < TOKENS; i++) {
            int which = random.nextInt(2);
            // A string of its own, whose hash nobody has kept.
            String header = "Bearer " + classes[which];
            long begin = System.nanoTime();
            if (known.find(TokenDigest.of(Bearer.token(header).orElseThrow())).isPresent()) {
                found++;
            }
            nanos[which][counts[which]++] = System.nanoTime() - begin;
        }
        assertThat(found).isZero();
        return new double[][] {fastest(nanos[0], counts[0]), fastest(nanos[1], counts[1])};
    }

    private static double[] fastest(double[] nanos, int count) {
        double[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return Arrays.copyOf(sorted, count * 9 / 10);
    }

    private static double welch(double[][] samples) {
        double[] means = new double[2];
        double[] spreads = new double[2];
        for (int i = 0; i < 2; i++) {
            double mean = Arrays.stream(samples[i]).average().orElseThrow();
            means[i] = mean;
            double squares = Arrays.stream(samples[i]).map(x -> (x - mean) * (x - mean)).sum();
            spreads[i] = squares / (samples[i].length - 1) / samples[i].length;
        }
        return (means[0] - means[1]) / Math.sqrt(spreads[0] + spreads[1]);
    }
}
