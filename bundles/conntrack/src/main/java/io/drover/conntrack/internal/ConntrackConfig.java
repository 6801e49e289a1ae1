package io.drover.conntrack.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
        id = ConntrackComponent.PID,
        name = "Drover: conntrack",
        description = "The table of this host's connections, followed event by event.")
@interface ConntrackConfig {

    @AttributeDefinition(description = "Whether connections are followed at all.")
    boolean enabled() default true;

    @AttributeDefinition(
            description =
                    "A file that stands for the network namespace to be followed, as /proc/1/ns/net; needs CAP_SYS_ADMIN."
                            + " Empty: the agent's own.")
    String namespace() default "";

    @AttributeDefinition(
            description =
                    "Wished size of the kernel's buffer for events that are not read yet, in bytes; the kernel doubles it,"
                            + " and an event takes about 1280 of it.",
            min = "4096",
            max = "1073741823")
    int receive_buffer_bytes() default 16 << 20;

    @AttributeDefinition(
            description =
                    "How many connections the table holds at most, in connections; an older one makes room. About 75 bytes"
                            + " each for IPv4, 120 for IPv6, taken as they come.",
            min = "1024",
            max = "16777216")
    int table_max_entries() default 262_144;

    @AttributeDefinition(
            description =
                    "Whether changes of status and mark are followed too. They come for every step of a TCP connection;"
                            + " without them these two are renewed by each audit.")
    boolean updates() default false;

    @AttributeDefinition(
            description =
                    "Longest time between two reads while events come, in milliseconds; shorter when the buffer would fill.",
            min = "1",
            max = "50")
    int drain_interval_ms() default 10;

    @AttributeDefinition(
            description =
                    "How long no event must come before reads by the clock end and the thread sleeps until the next event,"
                            + " in milliseconds.",
            min = "10",
            max = "10000")
    int idle_after_ms() default 100;

    @AttributeDefinition(
            description =
                    "Time between two comparisons of the table with the kernel's, in milliseconds; 0 for none.",
            min = "0",
            max = "86400000")
    long audit_interval_ms() default 60_000;

    @AttributeDefinition(
            description = "Longest time between two attempts after a failure, in milliseconds.",
            min = "100",
            max = "3600000")
    long retry_max_ms() default 30_000;

    @AttributeDefinition(
            description = "How many streams of events may be open at once, in streams.",
            min = "0",
            max = "10000")
    int streams_max() default 64;

    @AttributeDefinition(
            description =
                    "Longest queue of one stream, in events; a stream that asks for more gets this.",
            min = "1",
            max = "65536")
    int stream_queue_max() default 65_536;
}
