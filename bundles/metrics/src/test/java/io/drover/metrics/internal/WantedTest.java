package io.drover.metrics.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WantedTest {

    @ParameterizedTest
    @CsvSource({"10, 9500", "1.5, 1000", "1.0, 500", "0.5, 250", "0, 0", "99999, 599500"})
    void leavesTimeForTheWayToTheClient(String header, long millis) {
        assertThat(Wanted.timeout(header)).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "1e9", "NaN", "999999999999", "1.", "0x10"})
    void passesOverWhatIsNoTime(String header) {
        assertThat(Wanted.timeout(header)).isEmpty();
    }
}
