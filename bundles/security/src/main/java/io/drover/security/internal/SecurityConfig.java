package io.drover.security.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The section {@code security} of drover.yaml. */
@ObjectClassDefinition(
        name = "Drover: security",
        description = "Tokens and certificates in the folder secrets of the home.")
@interface SecurityConfig {

    @AttributeDefinition(
            description =
                    "Life of the certificate that the listeners show, in days (default 90). It is"
                            + " made anew when two thirds of it are over.",
            min = "1",
            max = "397")
    int leaf_lifetime_days() default 90;

    @AttributeDefinition(
            description =
                    "Names and addresses by which clients reach this agent, beside localhost,"
                            + " 127.0.0.1, ::1 and the host's name (default none). DNS names, also"
                            + " as *.example.org, and literal IPv4 or IPv6 addresses; at most 64.",
            cardinality = 64,
            required = false)
    String[] extra_names() default {};

    @AttributeDefinition(
            description =
                    "File of the token that the agents of one cluster share, 64 hex characters"
                            + " (default secrets/cluster_token in the home, used when it exists). A"
                            + " file that is named here must exist.",
            required = false)
    String cluster_token_file() default "";
}
