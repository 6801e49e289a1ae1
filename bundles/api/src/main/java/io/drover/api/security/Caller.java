package io.drover.api.security;

import java.util.Objects;
import java.util.Set;

/**
 * Somebody who has shown a valid token.
 *
 * @param name what audit lines call the caller, never the token: {@code local}
 * @param audiences what the token opens, {@link Audience#PUBLIC} not named
 */
public record Caller(String name, Set<Audience> audiences) {

    public Caller {
        Objects.requireNonNull(name, "name");
        audiences = Set.copyOf(audiences);
    }

    /** Whether this caller may use what is for {@code audience}. */
    public boolean admittedTo(Audience audience) {
        return audience == Audience.PUBLIC || audiences.contains(audience);
    }
}
