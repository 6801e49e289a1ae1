package io.drover.sandbox.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
        name = "Drover: sandbox",
        description =
                "The embedded API server with its demo workload. Only with: drover run --sandbox.")
@interface SandboxConfig {

    @AttributeDefinition(
            description = "Port on 127.0.0.1. 0: a free one.",
            min = "0",
            max = "65535")
    int port() default 0;

    @AttributeDefinition(
            description = "How long the load takes to rise and fall once, in seconds.",
            min = "20",
            max = "86400")
    int curve_seconds() default 120;

    @AttributeDefinition(
            description = "Changes that are kept for watches that are behind.",
            min = "100",
            max = "1000000")
    int changes_max() default 4_096;

    @AttributeDefinition(description = "Watches that may be open at once.", min = "1", max = "1000")
    int watches_max() default 64;
}
