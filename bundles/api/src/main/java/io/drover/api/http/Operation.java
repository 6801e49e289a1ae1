package io.drover.api.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the API description says of a route besides its path and its parameters. Problems, which
 * every route may answer with, are not named.
 *
 * @param body what a request's body holds; empty when the route reads none
 * @param answers what it answers with; an empty list stands for a JSON document of which nothing is
 *     promised
 */
public record Operation(Optional<Body> body, List<Answer> answers) {

    /** Nothing is said. */
    public static final Operation UNDESCRIBED = new Operation(Optional.empty(), List.of());

    /**
     * What a request brings.
     *
     * @param contentType without parameters
     * @param schema of the body
     */
    public record Body(String contentType, Schema schema) {
        public Body {
            Objects.requireNonNull(contentType, "contentType");
            Objects.requireNonNull(schema, "schema");
        }
    }

    /**
     * One kind of answer.
     *
     * @param status the HTTP status
     * @param contentType without parameters
     * @param schema of the body
     */
    public record Answer(int status, String contentType, Schema schema) {
        public Answer {
            Objects.requireNonNull(contentType, "contentType");
            Objects.requireNonNull(schema, "schema");
        }
    }

    public Operation {
        Objects.requireNonNull(body, "body");
        answers = List.copyOf(answers);
    }

    Operation taking(Body taken) {
        return new Operation(Optional.of(taken), answers);
    }

    Operation answering(Answer answer) {
        List<Answer> more = new ArrayList<>(answers);
        more.add(answer);
        return new Operation(body, more);
    }
}
