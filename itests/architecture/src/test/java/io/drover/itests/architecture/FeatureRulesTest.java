package io.drover.itests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureRulesTest {

    private static final List<String> WORDS = List.of("core", "prom-runtime", "launcher");
    private static final String CORE =
            "<feature name='drover-core'><bundle>mvn:io.drover/core/1</bundle></feature>";
    private static final String PROMETHEUS =
            """
            <feature name='drover-tp-prometheus'>
              <bundle start-level='40'>mvn:io.drover/prom-runtime/1</bundle>
            </feature>
            """;

    @Test
    void eachBundleOnceIsRight() {
        assertThat(broken(CORE + PROMETHEUS)).isEmpty();
    }

    @Test
    void aBundleInTwoFeaturesIsNamed() {
        assertThat(broken(CORE + CORE.replace("drover-core", "drover-node") + PROMETHEUS))
                .containsExactly("core is named 2 times, in [drover-core, drover-node]: once");
    }

    @Test
    void aBundleInNoFeatureIsNamed() {
        assertThat(broken(CORE)).containsExactly("prom-runtime is in no feature");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    <feature name='x'><feature>aries-blueprint</feature></feature> | x needs aries-blueprint: no blueprint
                    <feature name='x'><bundle>mvn:io.drover/launcher/1</bundle></feature> | launcher is in x: it belongs in no feature
                    <feature name='x'><bundle>mvn:org.y/y/1</bundle></feature> | mvn:org.y/y/1 is in x: third parties, and they alone, are in drover-tp-*
                    <feature name='drover-tp-x'><bundle>mvn:org.y/blueprint/1</bundle></feature> | drover-tp-x installs mvn:org.y/blueprint/1: no blueprint
                    """)
    void whatAFeatureNeverHasIsNamed(String feature, String sentence) {
        assertThat(broken(CORE + PROMETHEUS + feature)).contains(sentence);
    }

    @Test
    void aStartLevelOnABundleOfOursIsNamed() {
        assertThat(broken(CORE.replace("<bundle>", "<bundle start-level='80'>") + PROMETHEUS))
                .containsExactly(
                        "core has the start level 80: Declarative Services waits for what is missing");
    }

    @Test
    void aBundleThatIsNotBuiltHereIsNamed() {
        assertThat(
                        broken(
                                CORE
                                        + PROMETHEUS
                                        + "<feature name='x'><bundle>mvn:io.drover/old/1</bundle></feature>"))
                .containsExactly("x names old, which is not built here");
    }

    private static List<String> broken(String features) {
        return FeatureRules.broken(
                FeatureFile.parse("<features>" + features + "</features>"), WORDS);
    }
}
