package io.drover.metrics.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

class AcceptFuzzTest {

    /** Whatever a client accepts: it gets one of the two formats, and nothing is thrown. */
    @FuzzTest(maxDuration = "10m")
    void findsAFormatForWhateverIsAccepted(byte[] bytes) {
        String header = new String(bytes, StandardCharsets.ISO_8859_1);

        Format format = Format.of(header);

        assertThat(format).isIn(Format.TEXT_0_0_4, Format.OPENMETRICS_1_0_0);
        if (!header.contains("openmetrics") && !header.contains("*")) {
            // Compared in lower case: what is not named in any case is never given.
            assertThat(
                            format == Format.TEXT_0_0_4
                                    || header.toLowerCase(java.util.Locale.ROOT)
                                            .contains("openmetrics"))
                    .isTrue();
        }
        PageRoute.wantsGzip(header);
        Wanted.timeout(header)
                .ifPresent(
                        time ->
                                assertThat(time)
                                        .isBetween(
                                                java.time.Duration.ZERO,
                                                java.time.Duration.ofMinutes(10)));
    }
}
