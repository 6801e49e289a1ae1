package io.drover.kubernetes.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.ObjectKind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OwnWritesTest {

    private static final ObjectKind KIND = new ObjectKind("v1", "ConfigMap");
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final AtomicLong now = new AtomicLong();
    private final OwnWrites writes = new OwnWrites(now::get);

    @Test
    void aWriteThatAWatchDoesNotShowInTimeMakesItOverdueAgainAndAgain() {
        writes.wrote(KIND, "default/a", "20");

        assertThat(overdue("", "10")).isFalse();
        now.addAndGet(LIMIT.toNanos());
        assertThat(overdue("", "10")).isTrue();
        assertThat(overdue("", "10")).isFalse();
        now.addAndGet(LIMIT.toNanos());
        assertThat(overdue("", "10")).isTrue();
        writes.saw(KIND, "default/a", "20");
        now.addAndGet(LIMIT.toNanos());
        assertThat(overdue("", "20")).isFalse();
    }

    @Test
    void anObjectThatWasNeverShownMakesItOverdueOnce() {
        writes.wrote(KIND, "default/a", "20");
        now.addAndGet(LIMIT.toNanos());

        assertThat(overdue("", "")).isTrue();
        now.addAndGet(LIMIT.toNanos());
        assertThat(overdue("", "")).isFalse();
        assertThat(writes.newerThan(KIND, "default/a", "10")).isTrue();
    }

    @Test
    void aWatchOfAnotherNamespaceNeedNotShowIt() {
        writes.wrote(KIND, "default/a", "20");
        now.addAndGet(LIMIT.toNanos());

        assertThat(overdue("def", "")).isFalse();
        assertThat(overdue("default", "")).isTrue();
    }

    /**
     * It is told while the watch holds its lock, and asks for that lock: both at once must go on.
     */
    @Test
    void whoAsksAWatchForAVersionDoesNotKeepItFromTellingWhatItSaw() {
        writes.wrote(KIND, "default/a", "20");
        now.addAndGet(LIMIT.toNanos());

        boolean overdue =
                writes.overdue(
                        KIND,
                        "",
                        key -> {
                            CompletableFuture.runAsync(() -> writes.saw(KIND, key, "10"))
                                    .orTimeout(10, TimeUnit.SECONDS)
                                    .join();
                            return "10";
                        },
                        LIMIT);

        assertThat(overdue).isTrue();
    }

    private boolean overdue(String namespace, String known) {
        return writes.overdue(KIND, namespace, key -> known, LIMIT);
    }
}
