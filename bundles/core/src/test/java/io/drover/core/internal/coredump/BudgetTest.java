package io.drover.core.internal.coredump;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetTest {

    private static final Budget BUDGET = new Budget(100, 1_000, 250, Duration.ofDays(7));

    @ParameterizedTest
    @CsvSource({
        "0,    10000, 100, ''",
        "150,  10000, 100, ''",
        "151,  10000, 0,   core_dump_max_total_bytes",
        "0,    1100,  100, ''",
        "0,    1099,  0,   core_dump_min_free_bytes",
        "0,    50,    0,   core_dump_min_free_bytes",
    })
    void allowsAWholeCoreOrNone(long used, long free, long allowed, String because) {
        Budget.Allowance allowance = BUDGET.allow(used, free);

        assertThat(allowance.bytes()).isEqualTo(allowed);
        assertThat(allowance.reason()).contains(because);
    }

    @Test
    void ofZeroAllowsNone() {
        Budget.Allowance allowance =
                new Budget(0, 0, 1_000, Duration.ofDays(7)).allow(0, Long.MAX_VALUE);

        assertThat(allowance.bytes()).isZero();
        assertThat(allowance.reason()).isEqualTo("core.core_dump_max_bytes is 0");
    }

    @Test
    void allowsNoHeapDumpThatWouldPassIt() {
        assertThat(BUDGET.allow("a heap dump", 100, 0, 10_000).bytes()).isEqualTo(100);
        assertThat(BUDGET.allow("a heap dump", 101, 0, 10_000))
                .extracting(Budget.Allowance::bytes, Budget.Allowance::reason)
                .containsExactly(
                        0L, "a heap dump takes up to 101 B, core.core_dump_max_bytes allows 100 B");
    }
}
