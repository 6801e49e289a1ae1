package io.drover.security.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.security.Audience;
import io.drover.api.security.Caller;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class KnownTokensTest {

    private static final String LOCAL = "a1".repeat(32);
    private static final String CLUSTER = "b2".repeat(32);
    private static final Caller ME = new Caller("local", Set.of(Audience.LOCAL));
    private static final Caller OTHERS = new Caller("cluster", Set.of(Audience.CLUSTER));

    private final KnownTokens tokens =
            new KnownTokens(
                    List.of(
                            new KnownTokens.Known(LOCAL, ME),
                            new KnownTokens.Known(CLUSTER, OTHERS)));

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "bearer ", "BEARER ", "bEaReR  "})
    void knowsWhoShowsAToken(String scheme) {
        assertThat(tokens.callerOf(scheme + LOCAL)).contains(ME);
        assertThat(tokens.callerOf(scheme + CLUSTER)).contains(OTHERS);
    }

    @ParameterizedTest
    @NullAndEmptySource
    void countsWhatIsAbsent(String header) {
        assertThat(tokens.callerOf(header)).isEmpty();
        assertThat(tokens.absent()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer",
                "Bearer ",
                "Bearer    ",
                "Basic YTpi",
                "Bearer\t" + "a",
                "Bearera1a1",
                "Bearer a b",
                "Bearer a,b",
                "Bearer \u0000",
                "Bearer \u212a",
                "B\u0130arer aaaa",
                " ",
                "a1a1a1a1a1a1a1a1"
            })
    void refusesWhatIsMalformed(String header) {
        assertThat(tokens.callerOf(header)).isEmpty();
        assertThat(tokens.malformed()).isEqualTo(1);
    }

    @Test
    void refusesWhatIsTooLongToBeHashedForAnybody() {
        assertThat(tokens.callerOf("Bearer " + "a".repeat(10_000_000))).isEmpty();
        assertThat(tokens.malformed()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a1", "A1A1", "x", "a1a1=="})
    void refusesTokensThatAreNotKnown(String token) {
        assertThat(tokens.callerOf("Bearer " + token)).isEmpty();
        assertThat(tokens.unknown()).isEqualTo(1);
    }

    @Test
    void refusesAKnownTokenInOtherLetters() {
        assertThat(tokens.callerOf("Bearer " + LOCAL.toUpperCase(java.util.Locale.ROOT))).isEmpty();
        assertThat(tokens.callerOf("Bearer " + LOCAL.substring(1))).isEmpty();
        assertThat(tokens.callerOf("Bearer " + LOCAL + "a")).isEmpty();
    }

    @Test
    void forgetsTokensThatAreReplacedAndKeepsItsCounts() {
        tokens.callerOf("Bearer " + LOCAL);

        tokens.replace(List.of(new KnownTokens.Known(CLUSTER, ME)));

        assertThat(tokens.callerOf("Bearer " + LOCAL)).isEmpty();
        assertThat(tokens.callerOf("Bearer " + CLUSTER)).contains(ME);
        assertThat(counts()).containsEntry("local", 2L).containsEntry("cluster", 0L);
    }

    @Test
    void showsCallersAndNoTokens() {
        assertThat(tokens).hasToString("KnownTokens[local, cluster]");
    }

    private Map<String, Long> counts() {
        return tokens.admitted().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, KnownTokensTest::sum));
    }

    private static long sum(Map.Entry<String, LongAdder> entry) {
        return entry.getValue().sum();
    }
}
