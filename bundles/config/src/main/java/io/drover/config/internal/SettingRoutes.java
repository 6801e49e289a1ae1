package io.drover.config.internal;

import io.drover.api.config.Reload;
import io.drover.api.config.RunTimeSettings;
import io.drover.api.http.Endpoint;
import io.drover.api.http.Method;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.http.Schema;
import io.drover.api.security.Audience;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** {@code /api/v1/config/settings/…}: values that a person gives to the running agent. */
final class SettingRoutes implements Routes {

    private static final Duration DONE_MAX = Duration.ofSeconds(20);
    private static final int VALUE_BYTES_MAX = 16_384;
    private static final String PATH = "/api/v1/config/settings/{section}/{key}";
    private static final String UNSET = PATH + "/unset";

    private final RunTimeSettings settings;

    SettingRoutes(RunTimeSettings settings) {
        this.settings = settings;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                new Route(
                                Endpoint.API,
                                Method.POST,
                                PATH,
                                Audience.ADMIN,
                                "Gives a key a value that is stronger than file and environment;"
                                        + " the body is the value as text.",
                                List.of(
                                        new Route.Parameter(
                                                "for_s",
                                                "After so many seconds it is taken back; never when"
                                                        + " it is absent.",
                                                Schema.whole(
                                                        1,
                                                        RunTimeSettings.LIFETIME_MAX.toSeconds()))),
                                this::set)
                        .taking("text/plain", Schema.text().plus("maxLength", VALUE_BYTES_MAX))
                        .answering(ConfigRoutes.RELOAD),
                new Route(
                                Endpoint.API,
                                Method.POST,
                                UNSET,
                                Audience.ADMIN,
                                "Takes such a value back, so that file, environment or default"
                                        + " hold.",
                                List.of(),
                                this::unset)
                        .answering(ConfigRoutes.RELOAD));
    }

    private Reply set(Request request) throws ProblemException {
        long seconds = request.query("for_s", 0, 1, RunTimeSettings.LIFETIME_MAX.toSeconds());
        Duration lifetime = seconds == 0 ? null : Duration.ofSeconds(seconds);
        String value = value(request);
        return answer(
                request,
                () ->
                        settings.set(
                                request.path("section"),
                                request.path("key"),
                                value,
                                lifetime,
                                DONE_MAX));
    }

    private Reply unset(Request request) throws ProblemException {
        return answer(
                request,
                () -> settings.unset(request.path("section"), request.path("key"), DONE_MAX));
    }

    private static String value(Request request) throws ProblemException {
        try {
            byte[] bytes = request.body().readNBytes(VALUE_BYTES_MAX + 1);
            if (bytes.length > VALUE_BYTES_MAX) {
                throw ProblemException.badRequest(
                        "a value has at most " + VALUE_BYTES_MAX + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw ProblemException.badRequest("the value did not arrive whole");
        }
    }

    private interface Task {
        Reload call() throws TimeoutException, InterruptedException;
    }

    private static Reply answer(Request request, Task task) throws ProblemException {
        try {
            return ConfigRoutes.answer(request, task.call());
        } catch (TimeoutException e) {
            throw ProblemException.unavailable(
                    "not done within " + DONE_MAX.toSeconds() + " s; it may still happen");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ProblemException.unavailable("the server is being stopped");
        } catch (IllegalStateException e) {
            throw ProblemException.unavailable(e.getMessage());
        }
    }
}
