package io.drover.config.internal;

import io.drover.api.http.Json;
import io.drover.api.http.ProblemException;
import io.drover.api.http.RateClass;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.http.Schema;
import io.drover.api.secret.SecretSources;
import io.drover.api.secret.SecretState;
import io.drover.api.security.Audience;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** {@code /api/v1/config/secrets}: how the configured secrets stand, never a value. */
final class SecretRoutes implements Routes {

    private static final Duration REFRESH_MAX = Duration.ofSeconds(25);

    private static final Schema STATES =
            Schema.object()
                    .with(
                            "secrets",
                            Schema.list(
                                    Schema.object()
                                            .with("key", Schema.text())
                                            .with("source", Schema.text())
                                            .with("place", Schema.text())
                                            .with("version", Schema.whole())
                                            .with("since", Schema.instant().orNull())
                                            .with("checked_at", Schema.instant().orNull())
                                            .with("next_at", Schema.instant().orNull())
                                            .with("error", Schema.text())));

    private final SecretSources secrets;

    SecretRoutes(SecretSources secrets) {
        this.secrets = secrets;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get(
                                "/api/v1/config/secrets",
                                Audience.LOCAL,
                                "Where each configured secret comes from and how it stands, without"
                                        + " its value.",
                                request -> reply(request, secrets.states()))
                        .answering(STATES)
                        .answering(200, "text/plain", Schema.text()),
                Route.post(
                                "/api/v1/config/secrets/refresh",
                                Audience.ADMIN,
                                "Asks the source of each secret now.",
                                this::refresh)
                        .rated(RateClass.HEAVY)
                        .answering(STATES)
                        .answering(200, "text/plain", Schema.text()));
    }

    private Reply refresh(Request request) throws ProblemException {
        try {
            return reply(request, secrets.refresh(REFRESH_MAX));
        } catch (TimeoutException e) {
            throw ProblemException.unavailable(
                    "not all asked within " + REFRESH_MAX.toSeconds() + " s; it goes on");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ProblemException.unavailable("the server is being stopped");
        } catch (IllegalStateException e) {
            throw ProblemException.unavailable(e.getMessage());
        }
    }

    private static Reply reply(Request request, List<SecretState> states) {
        if (ConfigRoutes.wantsText(request)) {
            StringBuilder text = new StringBuilder();
            for (SecretState state : states) {
                text.append(state.section()).append('.').append(state.key());
                text.append(" from ").append(state.source());
                text.append(state.version() == 0 ? " has no value" : " since " + state.since());
                text.append(state.error().isEmpty() ? "" : ": " + state.error()).append('\n');
            }
            return Reply.text(states.isEmpty() ? "no secret is configured\n" : text.toString());
        }
        return Reply.json(
                json -> {
                    json.object().name("secrets").array();
                    for (SecretState state : states) {
                        write(json, state);
                    }
                    json.end().end();
                });
    }

    private static void write(Json json, SecretState state) throws IOException {
        json.object()
                .field("key", state.section() + "." + state.key())
                .field("source", state.source())
                .field("place", state.place())
                .field("version", state.version())
                .field("since", state.since())
                .field("checked_at", state.checkedAt())
                .field("next_at", state.nextAt())
                .field("error", state.error())
                .end();
    }
}
