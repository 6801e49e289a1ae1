package io.drover.profiling.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.profiling.internal.report.StackTree.Weight;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StackTreeTest {

    private final StackTree tree = new StackTree();

    @Test
    void weighsMethodsBySelfAndTotal() {
        tree.add(List.of(0, 1, 2), 10);
        tree.add(List.of(0, 1), 5);
        tree.add(List.of(0, 3), 1);

        assertThat(tree.root().total()).isEqualTo(16);
        assertThat(tree.heaviest(true, 9))
                .containsExactly(new Weight(2, 10, 10), new Weight(1, 5, 15), new Weight(3, 1, 1));
        assertThat(tree.heaviest(false, 2))
                .containsExactly(new Weight(0, 0, 16), new Weight(1, 5, 15));
    }

    @Test
    void countsAMethodThatCallsItselfOnce() {
        tree.add(List.of(7, 7, 7, 8), 3);

        assertThat(tree.heaviest(false, 1)).containsExactly(new Weight(7, 0, 3));
    }

    @Test
    void countsStacksAtACallerWhenThereAreTooMany() {
        for (int i = 0; i < 70_000; i++) {
            tree.add(List.of(0, i + 1), 1);
        }

        assertThat(tree.root().total()).isEqualTo(70_000);
        assertThat(tree.shortened()).isPositive();
        assertThat(tree.heaviest(false, 1))
                .containsExactly(new Weight(0, tree.shortened(), 70_000));
    }

    @Test
    void bearsDeepStacks() {
        tree.add(IntStream.range(0, 1_024).boxed().toList(), 1);

        assertThat(tree.heaviest(true, 9)).containsExactly(new Weight(1_023, 1, 1));
    }
}
