package io.drover.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.security.Audience;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTest {

    private static final Handler HANDLER = request -> Reply.text("ok");

    @ParameterizedTest
    @CsvSource({
        "API, /api/v1/status",
        "API, /api/v1/conntrack/connections",
        "API, /api/v1/tokens/{name}",
        "API, /api/v1/a-b_c~d.e/{name}/f",
        "METRICS, /metrics",
        "METRICS, /metrics/debug",
        "HEALTH, /live",
        "HEALTH, /ready",
        "HEALTH, /startup/why"
    })
    void aPathOfItsListenerIsTaken(Endpoint endpoint, String path) {
        assertThat(Route.open(endpoint, path, "Something.", HANDLER).path()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "api/v1",
                "/api/",
                "/api//v1",
                "/api/v1/",
                "/api/./v1",
                "/api/../v1",
                "/api/..",
                "/api/{}",
                "/api/{Name}",
                "/api/{na-me}",
                "/api/x{name}",
                "/api/v1?x=1",
                "/api/v1#x",
                "/api/%2e%2e/v1",
                "/api/a b",
                "/api/*",
                "/api/v1;x"
            })
    void aPathOfAnotherShapeIsRefused(String path) {
        assertThatThrownBy(() -> Route.get(path, Audience.LOCAL, "Something.", HANDLER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a route's path is /literal or /{name}, repeated: " + path);
    }

    @ParameterizedTest
    @CsvSource({
        "API, /metrics",
        "API, /live",
        "API, /apis/v1",
        "METRICS, /api/v1/status",
        "METRICS, /metricses",
        "HEALTH, /metrics",
        "HEALTH, /alive",
        "HEALTH, /readyz"
    })
    void aPathOfAnotherListenerIsRefused(Endpoint endpoint, String path) {
        assertThatThrownBy(() -> Route.open(endpoint, path, "Something.", HANDLER))
                .hasMessage("not a path of the listener " + endpoint + ": " + path);
    }

    @Test
    void whatReadsIsAGetOfTheApi() {
        Route route = Route.get("/api/v1/x", Audience.ADMIN, "Something.", HANDLER);

        assertThat(route.method()).isEqualTo(Method.GET);
        assertThat(route.endpoint()).isEqualTo(Endpoint.API);
        assertThat(route.audience()).isEqualTo(Audience.ADMIN);
    }

    @Test
    void theParametersCannotChangeLater() {
        List<Route.Parameter> parameters = new ArrayList<>();
        Route route =
                new Route(
                        Endpoint.API,
                        Method.POST,
                        "/api/v1/x",
                        Audience.ADMIN,
                        "Something.",
                        parameters,
                        HANDLER);

        parameters.add(new Route.Parameter("late", "Too late."));

        assertThat(route.parameters()).isEmpty();
    }

    @Test
    void whatChangesIsRatedAsAChangeAndWhatReadsAsLight() {
        assertThat(Route.get("/api/v1/x", Audience.LOCAL, "Something.", HANDLER).rate())
                .isEqualTo(RateClass.LIGHT);
        assertThat(Route.post("/api/v1/x", Audience.ADMIN, "Something.", HANDLER).rate())
                .isEqualTo(RateClass.CHANGE);
    }

    @Test
    void aDescribedRouteIsOtherwiseTheSame() {
        Route plain = Route.get("/api/v1/x", Audience.LOCAL, "Something.", HANDLER);

        Route described =
                plain.rated(RateClass.HEAVY).answering(Schema.object()).taking(Schema.text());

        assertThat(described.handler()).isSameAs(plain.handler());
        assertThat(described.rate()).isEqualTo(RateClass.HEAVY);
        assertThat(described.operation().body())
                .contains(new Operation.Body("application/json", Schema.text()));
        assertThat(described.operation().answers())
                .containsExactly(new Operation.Answer(200, "application/json", Schema.object()));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 399, 600})
    void aProblemIsAnError(int status) {
        assertThatThrownBy(() -> new ProblemException(status, "no", java.util.Map.of()))
                .hasMessage("a problem has a status from 400 to 599, not " + status);
    }
}
