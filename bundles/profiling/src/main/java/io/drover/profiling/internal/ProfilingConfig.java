package io.drover.profiling.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
        name = "Drover: profiling",
        description = "The agent's profile of itself, by the JVM's flight recorder.")
@interface ProfilingConfig {

    @AttributeDefinition(
            description =
                    "Whether the ring records. It can be changed while the agent runs: ./drover profiling on, off, restart.")
    boolean enabled() default false;

    @AttributeDefinition(
            description = "The most that the ring keeps on disk, in bytes.",
            min = "2097152",
            max = "1073741824")
    long ring_max_bytes() default 16_777_216;

    @AttributeDefinition(
            description = "How long the ring keeps what it recorded, in milliseconds.",
            min = "60000",
            max = "86400000")
    int ring_max_age_ms() default 3_600_000;

    @AttributeDefinition(
            description =
                    "Buffers of the flight recorder in memory, in bytes. What is said at its first start holds for the life"
                            + " of the process.",
            min = "1048576",
            max = "67108864")
    int buffer_bytes() default 2_097_152;

    @AttributeDefinition(
            description =
                    "The most samples that one report reads; what is above it is counted and told.",
            min = "1000",
            max = "10000000")
    int report_samples_max() default 500_000;

    @AttributeDefinition(
            description =
                    "How many recordings that were asked for as files are kept in the home's folder profiles.",
            min = "1",
            max = "1000")
    int dumps_max() default 8;

    @AttributeDefinition(
            description =
                    "Whether each period's profile is sent to the intake. Needs core.api_key; off, profiles stay on this host.")
    boolean upload() default false;

    @AttributeDefinition(description = "Where profiles are sent.")
    String upload_url() default "https://intake.profile.datadoghq.com/v1/input";

    @AttributeDefinition(
            description = "Time between two uploads, in milliseconds.",
            min = "1000",
            max = "3600000")
    int upload_period_ms() default 300_000;

    @AttributeDefinition(
            description = "How long one upload may take, in milliseconds.",
            min = "1000",
            max = "300000")
    int upload_timeout_ms() default 30_000;

    @AttributeDefinition(
            description =
                    "How many profiles wait on disk while the intake is out of reach or refuses the key; the oldest is dropped"
                            + " and counted.",
            min = "1",
            max = "1000")
    int upload_waiting_max() default 12;

    @AttributeDefinition(
            description = "The name of the service that the intake files profiles under.",
            min = "1")
    String service() default "drover";

    @AttributeDefinition(description = "Further tags of each upload, NAME:VALUE.")
    String[] tags() default {};
}
