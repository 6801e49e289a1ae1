package io.drover.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProfilingVerbTest {

    @Test
    void switchesTheRingByWords() throws Exception {
        assertThat(asked("on")).isEqualTo("POST /api/v1/profiling?set=true");
        assertThat(asked("false")).isEqualTo("POST /api/v1/profiling?set=false");
        assertThat(asked("restart")).isEqualTo("POST /api/v1/profiling?set=restart");
        assertThat(asked()).isEqualTo("GET /api/v1/profiling");
    }

    @Test
    void asksForReportsOfTheTimeThatIsGiven() throws Exception {
        assertThat(asked("dump")).isEqualTo("POST /api/v1/profiling/dump");
        assertThat(asked("summary", "--last", "60"))
                .isEqualTo("GET /api/v1/profiling/summary?last_seconds=60");
        assertThat(asked("flamegraph", "--of=allocation"))
                .isEqualTo("GET /api/v1/profiling/flamegraph?of=allocation");
        assertThat(asked("flamegraph", "--last=5&x", "--of", "cpu"))
                .isEqualTo("GET /api/v1/profiling/flamegraph?last_seconds=5%26x&of=cpu");
    }

    @Test
    void refusesOtherWords() {
        assertThatThrownBy(() -> asked("sideways"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("takes one of on, off, restart")
                .hasMessageContaining("not sideways");
        assertThatThrownBy(() -> asked("on", "off")).isInstanceOf(StartException.class);
    }

    private static String asked(String... words) throws StartException {
        Call call = Verbs.call(new Words("profiling", List.of(words)));
        return call.method() + " " + call.path();
    }
}
