package io.drover.http.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.http.Endpoint;
import io.drover.api.http.Method;
import io.drover.api.http.Reply;
import io.drover.api.http.Route;
import io.drover.api.security.Audience;
import io.drover.testing.JsonText;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenApiTest {

    @Test
    void describesTheRoutesOfTheApiAndNoOthers() {
        Route read =
                Route.get(
                        "/api/v1/a/{id}",
                        Audience.CLUSTER,
                        "Reads.",
                        r -> Reply.text(""),
                        new Route.Parameter("limit", "At most so many."));
        Route change =
                new Route(
                        Endpoint.API,
                        Method.DELETE,
                        "/api/v1/a/{id}",
                        Audience.ADMIN,
                        "Ends.",
                        List.of(),
                        r -> Reply.text(""));
        Route open = Route.get("/api/v1/ping", Audience.PUBLIC, "Answers.", r -> Reply.text(""));
        Route elsewhere = Route.open(Endpoint.HEALTH, "/live", "Lives.", r -> Reply.text(""));

        String document =
                JsonText.of(
                        new OpenApi(() -> List.of(read, change, open, elsewhere), "1.2.3").reply());

        assertThat(document)
                .startsWith(
                        "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Drover\",\"version\":\"1.2.3\"},")
                .contains(
                        "\"/api/v1/a/{id}\":{\"get\":{\"summary\":\"Reads.\","
                                + "\"x-audience\":\"CLUSTER\",\"security\":[{\"token\":[]}],"
                                + "\"parameters\":[{\"name\":\"id\",\"in\":\"path\","
                                + "\"required\":true")
                .contains("{\"name\":\"limit\",\"in\":\"query\",\"required\":false")
                .contains("\"delete\":{\"summary\":\"Ends.\",\"x-audience\":\"ADMIN\"")
                .contains("\"x-audience\":\"PUBLIC\",\"security\":[],")
                .doesNotContain("/live");
    }
}
