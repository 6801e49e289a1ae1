package io.drover.grpc.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

@ObjectClassDefinition(
        name = "Drover: grpc",
        description = "The gRPC server: where it listens, how it is spoken to, its limits.")
@interface GrpcConfig {

    @AttributeDefinition(
            description =
                    "Literal IP addresses to listen on. ::1 is passed over on a host without IPv6.")
    String[] bind() default {"127.0.0.1", "::1"};

    @AttributeDefinition(
            description =
                    "TCP port on every address; 0 picks a free one. shared: none, calls come to"
                            + " the API listener (http.api_port), by whose addresses, TLS and bounds"
                            + " of connections they are held.",
            options = {
                @Option(label = "shared", value = "shared"),
                @Option(label = "a port", value = "0..65535")
            })
    String port() default "15006";

    @AttributeDefinition(
            description = "Whether clients with the local token may ask which services there are.")
    boolean reflection() default true;

    @AttributeDefinition(
            description =
                    "Whether clients with an admin's token may look at the server's connections and"
                            + " streams (channelz).")
    boolean channelz() default true;

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
            description = "Connections that may be open at once; more are closed at once.",
            min = "1",
            max = "1000000")
    int connections_max() default 8192;

    @AttributeDefinition(
            description =
                    "Bytes that a client may send on one connection before the server has taken"
                            + " them, and on each of its streams (HTTP/2 flow control window).",
            min = "65535",
            max = "67108864")
    int connection_window_bytes() default 1024 * 1024;

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
                    "Time without a call after which a connection is closed, in milliseconds; 0 is"
                            + " never.",
            min = "0",
            max = "604800000")
    long connection_idle_max_ms() default 3_600_000;

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
            description = "Calls that may be open at once on all connections; more are refused.",
            min = "1",
            max = "1000000")
    int calls_open_max() default 16_384;

    @AttributeDefinition(
            description =
                    "Longest time of a call with one answer, in milliseconds, whatever deadline the"
                            + " client gives; 0 is without end.",
            min = "0",
            max = "86400000")
    long call_time_max_ms() default 60_000;

    @AttributeDefinition(
            description =
                    "Longest time of a stream, in milliseconds, whatever deadline the client gives;"
                            + " 0 is without end.",
            min = "0",
            max = "604800000")
    long stream_time_max_ms() default 0;

    @AttributeDefinition(
            description =
                    "Changes of the configuration that are kept for those who watch it; who falls"
                            + " further behind gets the whole again.",
            min = "1",
            max = "65536")
    int config_changes_kept() default 64;

    @AttributeDefinition(
            description =
                    "Time between two looks at the configuration while somebody watches it, in"
                            + " milliseconds.",
            min = "50",
            max = "60000")
    long config_poll_ms() default 250;

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
