package io.drover.config.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.config.Finding;
import io.drover.api.config.LiveConfiguration;
import io.drover.api.config.Origin;
import io.drover.api.config.Reload;
import io.drover.api.config.Setting;
import io.drover.api.http.Method;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.security.Audience;
import io.drover.api.status.Status;
import io.drover.config.internal.schema.Schema;
import io.drover.testing.JsonText;
import io.drover.testing.ScriptedRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ConfigRoutesTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final Finding FINDING =
            new Finding("etc/drover.yaml:1:2", "grpc.port", "must be less", "9");
    private static final View VIEW =
            new View(
                    Status.active(NOW),
                    List.of(
                            new Setting("grpc", "port", 27006, file("etc/drover.yaml:6:9")),
                            new Setting("http", "bind", List.of("::1"), Origin.DEFAULT),
                            new Setting("http", "key", Setting.REDACTED, file("x:1:1"))),
                    List.of(FINDING),
                    List.of("etc/drover.yaml"),
                    NOW,
                    null,
                    Set.of());

    private final ScriptedConfiguration configuration = new ScriptedConfiguration();
    private final List<Route> routes =
            new ConfigRoutes(configuration, () -> VIEW, () -> Schema.of(List.of())).routes();

    @Test
    void readingIsForTheLocalTokenAndReloadingForAdministrators() {
        assertThat(routes)
                .extracting(r -> r.method() + " " + r.path() + " " + r.audience())
                .containsExactly(
                        Method.GET + " /api/v1/config " + Audience.LOCAL,
                        Method.GET + " /api/v1/config/schema " + Audience.LOCAL,
                        Method.POST + " /api/v1/reload " + Audience.ADMIN);
    }

    @Test
    void theConfigurationIsShownWithTheOriginOfEachValue() throws Exception {
        assertThat(json(show(new ScriptedRequest())))
                .isEqualTo(
                        "{\"files\":[\"etc/drover.yaml\"],\"read_at\":\"2026-11-22T10:00:00Z\","
                                + "\"accepted_at\":null,\"findings\":[{\"source\":"
                                + "\"etc/drover.yaml:1:2\",\"key\":\"grpc.port\",\"rule\":"
                                + "\"must be less\",\"value\":\"9\"}],\"sections\":{\"grpc\":"
                                + "{\"port\":{\"value\":27006,\"origin\":\"etc/drover.yaml:6:9\"}},"
                                + "\"http\":{\"bind\":{\"value\":[\"::1\"],\"origin\":\"default\"},"
                                + "\"key\":{\"value\":\"[redacted]\",\"origin\":\"x:1:1\"}}}}");
    }

    @Test
    void oneSectionCanBeAskedForAndAnUnknownOneIsNotFound() throws Exception {
        assertThat(json(show(new ScriptedRequest().with("section", "grpc"))))
                .contains("\"sections\":{\"grpc\":{\"port\"")
                .doesNotContain("http");
        assertThatThrownBy(() -> show(new ScriptedRequest().with("section", "x")))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.status()).isEqualTo(404));
    }

    @Test
    void aReloadSaysWhatChanged() throws Exception {
        Reload.Change change = new Reload.Change("grpc", "port", 1, 2, file("etc/drover.yaml:6:9"));
        configuration.answer =
                new Reload(
                        Reload.Outcome.APPLIED,
                        List.of(change),
                        List.of(),
                        List.of("io.drover.grpc"));

        assertThat(json(reload()))
                .isEqualTo(
                        "{\"outcome\":\"APPLIED\",\"sections\":[\"grpc\"],"
                                + "\"reconfigured\":[\"io.drover.grpc\"],\"changes\":"
                                + "[{\"section\":\"grpc\",\"key\":\"port\",\"before\":1,\"after\":2,"
                                + "\"origin\":\"etc/drover.yaml:6:9\"}]}");
    }

    @Test
    void aRefusedReloadIsAProblemWithEachFinding() {
        configuration.answer = new Reload(Reload.Outcome.REFUSED, List.of(), List.of(FINDING));

        assertThatThrownBy(this::reload)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> {
                            assertThat(e.status()).isEqualTo(422);
                            assertThat(e.members().get("findings").toString())
                                    .contains("etc/drover.yaml:1:2");
                        });
    }

    @Test
    void aReloadThatTakesTooLongIsUnavailable() {
        assertThatThrownBy(this::reload)
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.status()).isEqualTo(503));
    }

    private Reply show(Request request) throws ProblemException {
        return routes.get(0).handler().answer(request);
    }

    private Reply reload() throws ProblemException {
        return routes.get(2).handler().answer(new ScriptedRequest());
    }

    private static String json(Reply reply) {
        return JsonText.of(reply);
    }

    private static Origin file(String place) {
        return new Origin(Origin.Kind.FILE, place);
    }

    /** Answers a reload with what it is told, or not in time. */
    private static final class ScriptedConfiguration implements LiveConfiguration {

        private Reload answer;

        @Override
        public List<Setting> settings() {
            return VIEW.settings();
        }

        @Override
        public List<Finding> findings() {
            return VIEW.findings();
        }

        @Override
        public Reload reload(Duration timeout) throws TimeoutException {
            if (answer == null) {
                throw new TimeoutException("not in time");
            }
            return answer;
        }
    }
}
