package io.drover.http.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.http.Guest;
import io.drover.api.http.SharedListener.Stay;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuestsTest {

    private static final Duration ABSENT = Duration.ofSeconds(60);

    private final AtomicLong now = new AtomicLong();
    private final Guests guests = new Guests(now::get);

    private static Guest guest() {
        return new Guest() {
            @Override
            public Manners manners() {
                return new Manners(
                        "application/grpc",
                        List.of(new Field("grpc-status", "14")),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(20));
            }

            @Override
            public Incoming open(Opening opening, Outgoing answer) {
                throw new UnsupportedOperationException("nobody calls here");
            }
        };
    }

    private boolean takes(String contentType) {
        return guests.of(contentType, ABSENT).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/grpc",
                "application/grpc+proto",
                "application/grpc; charset=utf-8",
                "Application/GRPC"
            })
    void aGuestGetsItsMediaTypeWithSuffixAndParameters(String contentType) {
        assertThat(takes(contentType)).isFalse();
        guests.admit(guest());
        assertThat(takes(contentType)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/grpc-web",
                "application/grpcx",
                "application/json",
                "text/plain"
            })
    void everythingElseIsForTheRoutes(String contentType) {
        guests.admit(guest());
        assertThat(takes(contentType)).isFalse();
        assertThat(takes(null)).isFalse();
    }

    @Test
    void aGuestThatHasGoneIsExpectedBackForAWhile() {
        Stay stay = guests.admit(guest());
        stay.close();

        Guests.Place place = guests.of("application/grpc", ABSENT).orElseThrow();
        assertThat(place.guest()).isEmpty();
        assertThat(place.manners().away()).containsExactly(new Guest.Field("grpc-status", "14"));

        now.addAndGet(ABSENT.toNanos() + 1);
        assertThat(takes("application/grpc")).isFalse();
    }

    @Test
    void theEndOfAFormerStayDoesNotEndThatOfTheSuccessor() {
        Stay former = guests.admit(guest());
        Guest successor = guest();
        guests.admit(successor);

        former.close();

        assertThat(guests.of("application/grpc", ABSENT).orElseThrow().guest()).contains(successor);
    }

    @Test
    void whatIsNoPostOverHttp2IsRefusedInWords() {
        assertThat(Guests.refusal(guest().manners(), 11, "POST").orElseThrow())
                .satisfies(
                        refused -> {
                            assertThat(refused.status()).isEqualTo(505);
                            assertThat(refused.detail())
                                    .isEqualTo("application/grpc is served over HTTP/2 alone");
                        });
        assertThat(Guests.refusal(guest().manners(), 20, "GET").orElseThrow())
                .satisfies(
                        refused -> {
                            assertThat(refused.status()).isEqualTo(405);
                            assertThat(refused.headers()).containsEntry("Allow", "POST");
                        });
        assertThat(Guests.refusal(guest().manners(), 20, "POST")).isEmpty();
    }
}
