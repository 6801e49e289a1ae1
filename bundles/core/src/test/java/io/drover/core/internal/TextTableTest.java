package io.drover.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTableTest {

    @Test
    void columnsAreAsWideAsTheirWidestCellAndLinesHaveNoTail() {
        TextTable table = new TextTable("A", "LONGER", "C").row("four", "x", "").row("", "y", "z");

        assertThat(table)
                .hasToString(
                        """
                        A     LONGER  C
                        four  x
                              y       z
                        """);
    }

    @Test
    void ofSeveralLinesTheFirstIsShown() {
        assertThat(new TextTable("WHY").row("it broke\n\tat a.b.C")).hasToString("WHY\nit broke\n");
    }
}
