package io.drover.profiling.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.http.Method;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Route;
import io.drover.testing.Configured;
import io.drover.testing.FixedProfiling;
import io.drover.testing.JsonText;
import io.drover.testing.ScriptedRequest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfilingRoutesTest {

    @TempDir Path folder;
    private final FixedProfiling profiling = new FixedProfiling();

    @Test
    void changesTheRing() throws Exception {
        for (String set : List.of("true", "false", "restart")) {
            assertThat(answer(Method.POST, "", new ScriptedRequest().with("set", set)).status())
                    .isEqualTo(200);
        }

        answer(Method.POST, "", new ScriptedRequest());
        assertThat(profiling.changes()).hasToString("[ON, OFF, RESTART]");
    }

    @Test
    void refusesWhatItDoesNotKnowNamingRuleAndValue() {
        assertThatThrownBy(
                        () -> answer(Method.POST, "", new ScriptedRequest().with("set", "maybe")))
                .hasMessage("set must be true, false or restart, is maybe");
        assertThatThrownBy(
                        () ->
                                answer(
                                        Method.GET,
                                        "/flamegraph",
                                        new ScriptedRequest().with("of", "disk")))
                .hasMessage("of must be cpu or allocation, is disk");
        assertThatThrownBy(
                        () ->
                                answer(
                                        Method.GET,
                                        "/summary",
                                        new ScriptedRequest().with("last_seconds", "0")))
                .hasMessageContaining("last_seconds must be from 1 to 86400, is 0");
    }

    @Test
    void saysHowToSwitchItOnWhereThereIsNothingToReport() {
        assertThatThrownBy(() -> answer(Method.GET, "/recording", new ScriptedRequest()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> {
                            assertThat(problem.status()).isEqualTo(409);
                            assertThat(problem.getMessage()).contains("drover profiling on");
                        });
    }

    @Test
    void showsTheRingAsJsonAndAsText() throws Exception {
        Reply json = answer(Method.GET, "", new ScriptedRequest());
        assertThat(JsonText.of(json)).contains("\"running\":false").contains("\"since\":null");

        Reply text = answer(Method.GET, "", new ScriptedRequest().header("Accept", "text/plain"));
        assertThat(bytes(text)).contains("profiling is off");
    }

    @Test
    void givesThePageOfTheGraphThatIsAskedFor() throws Exception {
        Reply page =
                answer(Method.GET, "/flamegraph", new ScriptedRequest().with("of", "allocation"));

        assertThat(page.contentType()).isEqualTo("text/html; charset=utf-8");
        assertThat(bytes(page)).isEqualTo("graph of ALLOCATION in PT5M");
    }

    private Reply answer(Method method, String path, ScriptedRequest request) throws Exception {
        Settings settings = Settings.from(Configured.with(ProfilingConfig.class, Map.of()));
        Profiler off =
                new Profiler(
                        settings,
                        () -> {
                            throw new IllegalStateException("off");
                        },
                        folder,
                        List.of(),
                        Clock.systemUTC());
        for (Route route : new ProfilingRoutes(profiling, off).routes()) {
            if (route.method() == method && route.path().equals("/api/v1/profiling" + path)) {
                return route.handler().answer(request);
            }
        }
        throw new AssertionError("no route " + method + " " + path);
    }

    private static String bytes(Reply reply) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        reply.body().write(out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
