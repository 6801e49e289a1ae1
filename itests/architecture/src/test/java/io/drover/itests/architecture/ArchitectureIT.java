package io.drover.itests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureIT {

    private static final Checkout CHECKOUT = Checkout.ofProcess();

    static List<String> words() throws IOException {
        return CHECKOUT.words();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("words")
    void aBundleKeepsToThePicture(String word) throws IOException {
        BuiltBundle bundle = CHECKOUT.bundle(word);

        assertThat(
                        Stream.of(
                                        ImportRules.broken(bundle),
                                        ShapeRules.broken(bundle),
                                        ReproducibleRules.broken(
                                                bundle, CHECKOUT.root().toString()))
                                .flatMap(List::stream))
                .isEmpty();
    }

    @Test
    void theFeaturesInstallEachBundleOnceAndInNoOrder() throws IOException {
        assertThat(FeatureRules.broken(CHECKOUT.features(), CHECKOUT.words())).isEmpty();
    }

    @Test
    void theDistributionHoldsNoBlueprintAndNoServletOfOldTimes() throws IOException {
        assertThat(CHECKOUT.distributed())
                .isNotEmpty()
                .noneMatch(file -> file.startsWith("org/apache/aries/blueprint/"))
                .noneMatch(file -> file.startsWith("javax/servlet/"));
    }
}
