package io.drover.grpc.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
        name = "Drover: grpc",
        description = "The gRPC server: where it listens, how it is spoken to, its limits.")
@interface GrpcConfig {

    @AttributeDefinition(
            description =
                    "Literal IP addresses to listen on. ::1 is passed over on a host without IPv6.")
    String[] bind() default {"127.0.0.1", "::1"};

    @AttributeDefinition(
            description = "TCP port on every address; 0 picks a free one.",
            min = "0",
            max = "65535")
    int port() default 15006;

    @AttributeDefinition(
            description = "Whether clients with the local token may ask which services there are.")
    boolean reflection() default true;

    @AttributeDefinition(
            description =
                    "What encrypts: native (BoringSSL), jdk, or auto for native where it loads.")
    String tls_engine() default "auto";

    @AttributeDefinition(
            description = "Longest message that is taken from a client, in bytes.",
            min = "1024",
            max = "134217728")
    int message_max_bytes() default 4 * 1024 * 1024;

    @AttributeDefinition(
            description = "Longest header list that is taken from a client, in bytes.",
            min = "1024",
            max = "1048576")
    int header_max_bytes() default 16 * 1024;

    @AttributeDefinition(
            description = "Calls that one connection may have open at once.",
            min = "1",
            max = "100000")
    int connection_streams_max() default 128;

    @AttributeDefinition(
            description = "Streams that one connection may reset in a second before it is closed.",
            min = "1",
            max = "100000")
    int connection_resets_max_per_second() default 200;

    @AttributeDefinition(
            description = "Time for the TLS handshake of a new connection, in milliseconds.",
            min = "100",
            max = "120000")
    long handshake_timeout_ms() default 10_000;

    @AttributeDefinition(
            description = "Silence after which the server pings a client, in milliseconds.",
            min = "1000",
            max = "86400000")
    long keepalive_time_ms() default 60_000;

    @AttributeDefinition(
            description =
                    "Time for the answer to a ping before the connection is closed, in"
                            + " milliseconds.",
            min = "100",
            max = "600000")
    long keepalive_timeout_ms() default 20_000;

    @AttributeDefinition(
            description =
                    "Shortest time between two pings of a client, in milliseconds; who pings more"
                            + " often is cut off.",
            min = "0",
            max = "86400000")
    long keepalive_client_interval_min_ms() default 10_000;

    @AttributeDefinition(
            description =
                    "Age at which a connection is asked to come anew, so that clients spread over"
                            + " replicas, in milliseconds; 0 is never.",
            min = "0",
            max = "604800000")
    long connection_age_max_ms() default 0;

    @AttributeDefinition(
            description =
                    "Time that the calls of a connection at its age limit still have, in"
                            + " milliseconds.",
            min = "0",
            max = "86400000")
    long connection_age_grace_ms() default 300_000;

    @AttributeDefinition(
            description = "Events that wait for one slow reader of a stream before it loses some.",
            min = "1",
            max = "65536")
    int stream_queue_events() default 4096;

    @AttributeDefinition(
            description = "Readers of the whole table at once; more are refused.",
            min = "1",
            max = "256")
    int table_readers_max() default 8;

    @AttributeDefinition(
            description =
                    "Time that a reader of the whole table may take nothing before it is cut off,"
                            + " in milliseconds.",
            min = "100",
            max = "600000")
    long table_reader_stall_max_ms() default 30_000;

    @AttributeDefinition(
            description = "Time that running calls have when the server stops, in milliseconds.",
            min = "0",
            max = "400")
    long shutdown_deadline_ms() default 200;
}
