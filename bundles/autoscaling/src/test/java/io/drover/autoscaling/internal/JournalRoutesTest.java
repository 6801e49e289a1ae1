package io.drover.autoscaling.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Route;
import io.drover.autoscaling.internal.journal.Entry;
import io.drover.autoscaling.internal.journal.Journal;
import io.drover.autoscaling.internal.journal.Limits;
import io.drover.testing.Await;
import io.drover.testing.ScriptedRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalRoutesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    @TempDir private Path folder;
    private Journal journal;
    private List<Route> routes;

    @BeforeEach
    void open() {
        journal = new Journal(folder, new Limits(1 << 20, 1 << 18, 64, Duration.ZERO), entry -> {});
        routes = new JournalRoutes(journal, Clock.fixed(NOW, ZoneOffset.UTC)).routes();
        add("web", 7200, "from 2 to 4 replicas");
        add("api", 60, "stays at 3 replicas");
        add("web", 30, "from 4 to 8 replicas");
        Await.until(
                "three entries",
                Duration.ofSeconds(5),
                () -> journal.durable() == 3,
                journal::problem);
    }

    @AfterEach
    void close() {
        journal.close();
    }

    @Test
    void tellsOfOneObjectSinceATime() throws Exception {
        ScriptedRequest request =
                new ScriptedRequest()
                        .header("accept", "text/plain")
                        .with("object", "shop/web")
                        .with("since_s", "3600");

        assertThat(text(routes.get(0).handler().answer(request)))
                .isEqualTo(
                        "2026-01-01T11:59:30Z  shop/web                 scale           4 -> 8     from 4 to 8 replicas\n");
    }

    @Test
    void verifiesAndSaysNoWhenALineWasChanged() throws Exception {
        ScriptedRequest request = new ScriptedRequest().header("accept", "text/plain");
        Reply good = routes.get(1).handler().answer(request);
        assertThat(good.headers()).containsEntry("Drover-Verdict", "pass");
        assertThat(text(good)).startsWith("entries 1 to 3 in 1 file: the chain holds");

        try (var files = Files.list(folder)) {
            Path file = files.findFirst().orElseThrow();
            Files.writeString(file, Files.readString(file).replace("stays at 3", "stays at 9"));
        }
        Reply bad = routes.get(1).handler().answer(request);
        assertThat(bad.headers()).containsEntry("Drover-Verdict", "fail");
        assertThat(text(bad)).contains("the line behind entry 1 was altered");
    }

    @Test
    void refusesAnObjectThatIsNone() {
        ScriptedRequest request = new ScriptedRequest().with("object", "a/b/c");

        assertThatThrownBy(() -> routes.get(0).handler().answer(request))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.status()).isEqualTo(400))
                .hasMessage("object must be NAMESPACE or NAMESPACE/NAME, is a/b/c");
    }

    private void add(String name, long secondsAgo, String message) {
        journal.add(
                new Entry(
                        0,
                        NOW.minusSeconds(secondsAgo).toEpochMilli(),
                        message.startsWith("from") ? Entry.SCALED : "stay",
                        "shop",
                        name,
                        "apps/v1 Deployment " + name,
                        "Autoscaling",
                        message.contains("from 4") ? 4 : 2,
                        4,
                        message.contains("to 8") ? 8 : 4,
                        message));
    }

    private static String text(Reply reply) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        reply.body().write(out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
