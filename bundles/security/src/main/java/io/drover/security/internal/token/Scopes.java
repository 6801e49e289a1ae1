package io.drover.security.internal.token;

import io.drover.api.security.Scope;
import java.util.Optional;

/** Scopes as people write them: in lower case. */
public final class Scopes {

    /** All of them, for messages. */
    public static final String ALL = "admin, read, metrics, grpc";

    private Scopes() {}

    public static Optional<Scope> parse(String word) {
        return Optional.ofNullable(
                switch (word) {
                    case "admin" -> Scope.ADMIN;
                    case "read" -> Scope.READ;
                    case "metrics" -> Scope.METRICS;
                    case "grpc" -> Scope.GRPC;
                    default -> null;
                });
    }
}
