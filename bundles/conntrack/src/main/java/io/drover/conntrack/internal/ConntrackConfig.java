package io.drover.conntrack.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

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
                    "Whether the connections of the host's other network namespaces are followed too; needs CAP_NET_BROADCAST,"
                            + " and CAP_SYS_ADMIN to read their tables. A namespace without an id gets one.")
    boolean all_namespaces() default false;

    @AttributeDefinition(
            description = "How many other namespaces are looked at, at most, in namespaces.",
            min = "1",
            max = "65000")
    int namespaces_max() default 1024;

    @AttributeDefinition(
            description =
                    "Which connections are followed: all, or only those whose addresses are translated. The kernel passes over"
                            + " the others before they cost anything, so that this is many times cheaper.",
            options = {@Option("all"), @Option("translated")})
    String connections() default "all";

    @AttributeDefinition(
            description =
                    "Whether the kernel keeps the end of a connection until it can be told (NETLINK_BROADCAST_ERROR): for exact"
                            + " accounts. While events are lost the kernel's table fills; a watchdog ends that when this agent hangs.")
    boolean reliable() default false;

    @AttributeDefinition(
            description =
                    "Wished size of the kernel's buffer for events that are not read yet, in bytes; the kernel doubles it,"
                            + " and an event takes about 1280 of it.",
            min = "4096",
            max = "1073741823")
    int receive_buffer_bytes() default 16 << 20;

    @AttributeDefinition(
            description =
                    "How large that buffer may grow by itself when events are lost, in bytes as above.",
            min = "4096",
            max = "1073741823")
    int receive_buffer_max_bytes() default 64 << 20;

    @AttributeDefinition(
            description =
                    "Whether less is asked of the kernel while events are lost again and again: first translated connections"
                            + " alone, then readings of its table by the clock. Taken back by itself.")
    boolean back_pressure() default true;

    @AttributeDefinition(
            description =
                    "How long no event must be lost before a step of the back-pressure is taken back, in milliseconds.",
            min = "100",
            max = "3600000")
    long back_pressure_recovery_ms() default 30_000;

    @AttributeDefinition(
            description =
                    "Time between two readings of the kernel's table while its events are not asked for, in milliseconds.",
            min = "100",
            max = "600000")
    long poll_interval_ms() default 1_000;

    @AttributeDefinition(
            description =
                    "Events a second above which a random part of them is left out by the kernel, in events a second; 0 for"
                            + " never. What it costs: translations are missed until an audit, or until the rate has fallen.",
            min = "0",
            max = "10000000")
    int sample_above_rate() default 0;

    @AttributeDefinition(
            description =
                    "How many connections the table holds at most, in connections; an older one makes room. About 80 bytes"
                            + " each for IPv4, 125 for IPv6, taken as they come.",
            min = "1024",
            max = "16777216")
    int table_max_entries() default 262_144;

    @AttributeDefinition(
            description =
                    "Whether changes of state, status and mark are followed too. They come for every step of a TCP"
                            + " connection; without them a connection's state is unknown until an audit reads it, and each"
                            + " audit renews the three.")
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

    @AttributeDefinition(
            description =
                    "How many events are kept for streams that go on where another ended, in events; about 170 bytes each, taken"
                            + " with the first stream. 0 for none.",
            min = "0",
            max = "1048576")
    int replay_events() default 8192;

    @AttributeDefinition(
            description =
                    "How many sources, destinations and pairs are told apart by the rankings of talkers, each; whoever has"
                            + " more than the total divided by this is surely found. 0 for no rankings.",
            min = "0",
            max = "65536")
    int talkers() default 512;

    @AttributeDefinition(
            description =
                    "Length of the window of the rankings, in seconds; what is shown is one to two lengths long.",
            min = "1",
            max = "86400")
    int talkers_window_s() default 60;
}
