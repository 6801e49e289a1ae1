package io.drover.http.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.http.Endpoint;
import io.drover.api.http.Method;
import io.drover.api.http.Reply;
import io.drover.api.http.Route;
import io.drover.api.http.Schema;
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
                        new Route.Parameter("limit", "At most so many.", Schema.whole(1, 9)));
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
                .startsWith("{\"openapi\":\"3.1.0\",")
                .contains("\"info\":{\"title\":\"Drover\",\"version\":\"1.2.3\"},")
                .contains(
                        "\"/api/v1/a/{id}\":{\"get\":{\"operationId\":\"getAId\","
                                + "\"summary\":\"Reads.\",\"x-audience\":\"CLUSTER\","
                                + "\"x-rate-class\":\"LIGHT\",\"security\":[{\"token\":[]}],"
                                + "\"parameters\":[{\"name\":\"id\",\"in\":\"path\","
                                + "\"required\":true")
                .contains(
                        "{\"name\":\"limit\",\"in\":\"query\",\"required\":false,"
                                + "\"description\":\"At most so many.\","
                                + "\"schema\":{\"type\":\"integer\"")
                .contains("\"summary\":\"Ends.\",\"x-audience\":\"ADMIN\"")
                .contains("\"x-audience\":\"PUBLIC\",\"x-rate-class\":\"LIGHT\",\"security\":[],")
                .doesNotContain("/live");
    }

    @Test
    void saysWhatARouteTakesAndAnswers() {
        Route route =
                Route.post("/api/v1/a", Audience.ADMIN, "Sets.", r -> Reply.text(""))
                        .taking(Schema.object().with("level", Schema.words("info", "debug")))
                        .answering(Schema.object().with("old", Schema.text()))
                        .answering(200, "text/plain", Schema.text())
                        .answering(503, Schema.bool());

        String document = JsonText.of(new OpenApi(() -> List.of(route), "1").reply());

        assertThat(document)
                .contains(
                        "\"requestBody\":{\"required\":true,\"content\":{\"application/json\":"
                                + "{\"schema\":{\"type\":\"object\",\"properties\":{\"level\":"
                                + "{\"type\":\"string\",\"enum\":[\"info\",\"debug\"]}},"
                                + "\"required\":[\"level\"]}}}}")
                .contains("\"200\":{\"description\":\"Done.\",\"content\":{\"application/json\"")
                .contains("\"text/plain\":{\"schema\":{\"type\":\"string\"}}")
                .contains("\"503\":{\"description\":\"Not so.\"")
                .contains("\"default\":{\"$ref\":\"#/components/responses/Problem\"}");
    }
}
