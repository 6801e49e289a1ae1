package io.drover.testing;

import io.drover.api.security.Audience;
import io.drover.api.security.Caller;
import io.drover.api.security.Tokens;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Knows three tokens: {@value #LOCAL}, {@value #CLUSTER} and {@value #ADMIN}. Any thread. */
public final class FixedTokens implements Tokens {

    /** Opens what is for LOCAL and CLUSTER. */
    public static final String LOCAL = "token-of-this-host";

    /** Opens what is for CLUSTER alone. */
    public static final String CLUSTER = "token-of-the-cluster";

    /** Opens everything. */
    public static final String ADMIN = "token-of-the-admin";

    private static final Map<String, Caller> CALLERS =
            Map.of(
                    "Bearer " + LOCAL,
                    new Caller("local", Set.of(Audience.LOCAL, Audience.CLUSTER)),
                    "Bearer " + CLUSTER,
                    new Caller("cluster", Set.of(Audience.CLUSTER)),
                    "Bearer " + ADMIN,
                    new Caller("admin", Set.of(Audience.values())));

    @Override
    public Optional<Caller> callerOf(String authorization) {
        return Optional.ofNullable(authorization).map(CALLERS::get);
    }
}
