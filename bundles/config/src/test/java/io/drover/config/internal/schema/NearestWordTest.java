package io.drover.config.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NearestWordTest {

    private static final List<String> WORDS =
            List.of("conntrack", "config", "poll_interval_ms", "port", "http");

    @Test
    void slipsFindTheirWord() {
        assertThat(NearestWord.to("contrack", WORDS)).contains("conntrack");
        assertThat(NearestWord.to("conntarck", WORDS)).contains("conntrack");
        assertThat(NearestWord.to("pol_intervall_ms", WORDS)).contains("poll_interval_ms");
        assertThat(NearestWord.to("prot", WORDS)).contains("port");
        assertThat(NearestWord.to("https", WORDS)).contains("http");
    }

    @Test
    void wordsFarFromAllFindNone() {
        assertThat(NearestWord.to("elephant", WORDS)).isEmpty();
        assertThat(NearestWord.to("", WORDS)).isEmpty();
        assertThat(NearestWord.to("x".repeat(10_000), WORDS)).isEmpty();
    }

    @Test
    void theDistanceIsThatOfTheDefinition() {
        Random random = new Random(3);
        for (int i = 0; i < 5_000; i++) {
            String from = word(random);
            String to = word(random);

            assertThat(NearestWord.distance(from, to)).isEqualTo(defined(from, to));
        }
    }

    /** Optimal string alignment as its definition says it, slow. */
    private static int defined(String a, String b) {
        if (a.isEmpty() || b.isEmpty()) {
            return Math.max(a.length(), b.length());
        }
        String a1 = a.substring(1);
        String b1 = b.substring(1);
        int least = Math.min(defined(a1, b), defined(a, b1)) + 1;
        least = Math.min(least, defined(a1, b1) + (a.charAt(0) == b.charAt(0) ? 0 : 1));
        boolean swapped =
                a.length() > 1
                        && b.length() > 1
                        && a.charAt(0) == b.charAt(1)
                        && a.charAt(1) == b.charAt(0);
        return swapped ? Math.min(least, defined(a.substring(2), b.substring(2)) + 1) : least;
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        for (int more = random.nextInt(5); more > 0; more--) {
            word.append((char) ('a' + random.nextInt(3)));
        }
        return word.toString();
    }
}
