package io.drover.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FamilyTest {

    @Test
    void aCounterEndsInTotal() {
        assertThat(Family.counter("drover_x_total", "X.", "a", "b").labels())
                .containsExactly("a", "b");
        assertThatThrownBy(() -> Family.counter("drover_x", "X."))
                .hasMessage("a counter's name ends in _total: drover_x");
    }

    @Test
    void anInfoEndsInInfo() {
        assertThat(Family.info("drover_build_info", "X.").type()).isEqualTo(Family.Type.INFO);
        assertThatThrownBy(() -> Family.info("drover_build", "X."))
                .hasMessage("an info's name ends in _info: drover_build");
    }

    @Test
    void aHistogramHasItsBounds() {
        Family family = Family.histogram("drover_x_seconds", "X.", List.of(0.1, 1.0), "a");

        assertThat(family.bounds()).containsExactly(0.1, 1.0);
        assertThat(Family.gauge("drover_x", "X.").bounds()).isEmpty();
    }
}
