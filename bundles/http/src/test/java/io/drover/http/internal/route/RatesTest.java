package io.drover.http.internal.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.http.RateClass;
import io.drover.http.internal.route.Rates.Allowed;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RatesTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Allowed TEN = new Allowed(10, 2, 1);
    private static final Optional<InetAddress> UNIX = Optional.empty();

    private long now = -5 * SECOND;
    private final Rates rates = new Rates(() -> now, 4);

    private static Optional<InetAddress> address(String text) {
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private int admitted(Optional<InetAddress> source, int asked) {
        int admitted = 0;
        for (int i = 0; i < asked; i++) {
            if (rates.take(source, TEN) == 0) {
                admitted++;
            }
        }
        return admitted;
    }

    @Test
    void allowsWhatTwoSecondsGiveAtOnceAndThenTheRate() {
        assertThat(admitted(address("192.0.2.1"), 100)).isEqualTo(20);

        now += SECOND;

        assertThat(admitted(address("192.0.2.1"), 100)).isEqualTo(10);
    }

    @Test
    void savesUpNoMoreThanTwoSecondsGive() {
        admitted(address("192.0.2.1"), 100);

        now += 1_000 * SECOND;

        assertThat(admitted(address("192.0.2.1"), 100)).isEqualTo(20);
    }

    @Test
    void saysHowLongToWait() {
        admitted(address("192.0.2.1"), 20);

        assertThat(rates.take(address("192.0.2.1"), TEN)).isEqualTo(SECOND / 10);
    }

    @Test
    void keepsClassesApart() {
        admitted(UNIX, 100);

        assertThat(rates.take(UNIX, RateClass.HEAVY, TEN)).isZero();
        assertThat(rates.take(UNIX, RateClass.CHANGE, TEN)).isZero();
        assertThat(rates.take(UNIX, RateClass.CHANGE, TEN)).isZero();
        assertThat(rates.take(UNIX, RateClass.CHANGE, TEN)).isPositive();
        assertThat(rates.take(UNIX, RateClass.LIGHT, TEN)).isZero();
    }

    @Test
    void hasNoLimitAtZero() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(rates.take(UNIX, new Allowed(0, 0, 0))).isZero();
        }
        assertThat(rates.sources()).isZero();
    }

    @Test
    void takesANetworkOfIpv6ForOneSourceAndAddressesOfIpv4ForMany() {
        assertThat(admitted(address("2001:db8::1"), 20)).isEqualTo(20);
        assertThat(admitted(address("2001:db8::2"), 20)).isZero();
        assertThat(admitted(address("2001:db8:0:1::1"), 20)).isEqualTo(20);
        assertThat(admitted(address("192.0.2.1"), 20)).isEqualTo(20);
        assertThat(admitted(address("192.0.2.2"), 20)).isEqualTo(20);
    }

    @Test
    void letsThoseBeyondTheBoundShareOneAllowance() {
        for (int i = 1; i <= 4; i++) {
            admitted(address("192.0.2." + i), 20);
        }

        assertThat(admitted(address("192.0.2.5"), 20)).isEqualTo(20);
        assertThat(admitted(address("192.0.2.6"), 20)).isZero();
        assertThat(rates.sources()).isEqualTo(4);
        assertThat(rates.shared()).isEqualTo(40);
    }

    @Test
    void forgetsSourcesThatHaveBeenQuiet() {
        for (int i = 1; i <= 4; i++) {
            admitted(address("192.0.2." + i), 20);
        }
        now += 3 * SECOND;

        assertThat(admitted(address("192.0.2.5"), 20)).isEqualTo(20);

        assertThat(rates.sources()).isEqualTo(1);
        assertThat(rates.shared()).isZero();
    }
}
