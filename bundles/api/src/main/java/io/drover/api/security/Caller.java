package io.drover.api.security;

import java.util.Objects;
import java.util.Set;

/**
 * Somebody who has shown who they are.
 *
 * @param name what audit lines call the caller, never the token: {@code local}
 * @param audiences what the caller may use, {@link Audience#PUBLIC} not named
 * @param uses by which doors, and for what
 */
public record Caller(String name, Set<Audience> audiences, Set<Use> uses) {

    public Caller {
        Objects.requireNonNull(name, "name");
        audiences = Set.copyOf(audiences);
        uses = Set.copyOf(uses);
    }

    /** One who may come by every door. */
    public Caller(String name, Set<Audience> audiences) {
        this(name, audiences, Set.of(Use.values()));
    }

    /** Whether this caller may use what is for {@code audience}, by one door or another. */
    public boolean admittedTo(Audience audience) {
        return audience == Audience.PUBLIC || audiences.contains(audience);
    }

    /** Whether this caller may use what is for {@code audience} in this way. */
    public boolean may(Use use, Audience audience) {
        return uses.contains(use) && admittedTo(audience);
    }
}
