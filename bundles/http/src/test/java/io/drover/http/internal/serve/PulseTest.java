package io.drover.http.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.http.Guest.Manners;
import io.drover.http.internal.serve.Pulse.Finding;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PulseTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Manners MANNERS =
            new Manners("a/b", List.of(), Duration.ofSeconds(60), Duration.ofSeconds(20));

    private final Pulse.Patient patient = new Pulse.Patient();

    private Finding look(long bytesIn, long seconds) {
        return patient.look(bytesIn, seconds * SECOND, MANNERS);
    }

    @Test
    void asksOnceAfterTheSilenceAndGivesUpAfterTheSignThatDoesNotCome() {
        assertThat(look(10, 0)).isEqualTo(Finding.FINE);
        assertThat(look(10, 60)).isEqualTo(Finding.FINE);
        assertThat(look(10, 61)).isEqualTo(Finding.ASK);
        assertThat(look(10, 80)).isEqualTo(Finding.FINE);
        assertThat(look(10, 82)).isEqualTo(Finding.DEAD);
    }

    @Test
    void anyByteIsASignOfLife() {
        look(10, 0);
        assertThat(look(10, 61)).isEqualTo(Finding.ASK);
        assertThat(look(27, 62)).isEqualTo(Finding.FINE);
        assertThat(look(27, 121)).isEqualTo(Finding.FINE);
        assertThat(look(27, 123)).isEqualTo(Finding.ASK);
    }
}
