package io.drover.http.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

@ObjectClassDefinition(
        name = "Drover: http",
        description = "Where the agent listens for HTTP, and the limits of each connection.")
@interface HttpConfig {

    @AttributeDefinition(
            description =
                    "Addresses of the API (HTTPS, token). IPv4 or IPv6 addresses of this host; ::"
                            + " stands for all of both. ::1 is left out where there is no IPv6.",
            cardinality = 64)
    String[] api_bind() default {"127.0.0.1", "::1"};

    @AttributeDefinition(
            description = "TCP port of the API, the same on each address. 0 takes a free one.",
            min = "0",
            max = "65535")
    int api_port() default 15005;

    @AttributeDefinition(
            description =
                    "Unix socket on which the API is served too, without TLS and with the same"
                            + " tokens; a path, relative ones from the home folder. Empty: none. The"
                            + " kernel takes at most 107 bytes.")
    String api_socket() default "";

    @AttributeDefinition(
            description =
                    "Rights of the Unix socket's file: 0600 for this user, 0660 for its group.",
            options = {
                @Option(label = "0600", value = "0600"),
                @Option(label = "0660", value = "0660")
            })
    String api_socket_mode() default "0600";

    @AttributeDefinition(
            description =
                    "Addresses of /metrics and of the debug pages, which answer clients of this host"
                            + " alone. On loopback it is open and plain HTTP.",
            cardinality = 64)
    String[] metrics_bind() default {"127.0.0.1", "::1"};

    @AttributeDefinition(
            description = "TCP port of /metrics, the same on each address. 0 takes a free one.",
            min = "0",
            max = "65535")
    int metrics_port() default 15000;

    @AttributeDefinition(
            description =
                    "Whether /metrics speaks TLS; auto: as soon as one address is beyond loopback.",
            options = {
                @Option(label = "auto", value = "auto"),
                @Option(label = "on", value = "on"),
                @Option(label = "off", value = "off")
            })
    String metrics_tls() default "auto";

    @AttributeDefinition(
            description =
                    "What encrypts: native (BoringSSL), jdk, or auto for native where it loads.",
            options = {
                @Option(label = "auto", value = "auto"),
                @Option(label = "native", value = "native"),
                @Option(label = "jdk", value = "jdk")
            })
    String tls_engine() default "auto";

    @AttributeDefinition(
            description =
                    "Whether /metrics asks for a token; auto: as soon as one address is beyond"
                            + " loopback.",
            options = {
                @Option(label = "auto", value = "auto"),
                @Option(label = "on", value = "on"),
                @Option(label = "off", value = "off")
            })
    String metrics_token() default "auto";

    @AttributeDefinition(
            description =
                    "Whether there are debug pages below /debug on the metrics listener: threads,"
                            + " memory, the server's own state.")
    boolean debug_pages() default true;

    @AttributeDefinition(
            description =
                    "Addresses of /live, /ready and /startup (plain HTTP, no token). A kubelet needs"
                            + " one that it reaches.",
            cardinality = 64)
    String[] health_bind() default {"127.0.0.1", "::1"};

    @AttributeDefinition(
            description =
                    "TCP port of /live, /ready and /startup, the same on each address. 0 takes a"
                            + " free one.",
            min = "0",
            max = "65535")
    int health_port() default 15055;

    @AttributeDefinition(
            description =
                    "Threads of the server at most, all listeners together. A request holds one for"
                            + " as long as it is answered.",
            min = "16",
            max = "1024")
    int max_threads() default 64;

    @AttributeDefinition(
            description =
                    "Open connections of each listener at most. For a further one the oldest goes that"
                            + " has no request under way.",
            min = "8",
            max = "65536")
    int max_connections() default 512;

    @AttributeDefinition(
            description =
                    "Time without a byte after which a connection is closed, in milliseconds.",
            min = "1000",
            max = "3600000")
    int idle_timeout_ms() default 30_000;

    @AttributeDefinition(
            description =
                    "Time from the opening of a connection to its first request, and from the first"
                            + " byte of a further request to the end of its header, in"
                            + " milliseconds.",
            min = "100",
            max = "600000")
    int header_timeout_ms() default 10_000;

    @AttributeDefinition(
            description =
                    "Time from the header of a request to the end of its answer, in milliseconds;"
                            + " then the connection is closed. Live streams have no end.",
            min = "1000",
            max = "3600000")
    int request_timeout_ms() default 60_000;

    @AttributeDefinition(
            description = "Request line and headers together at most, in bytes.",
            min = "1024",
            max = "65536")
    int max_header_bytes() default 8_192;

    @AttributeDefinition(
            description = "Body of a request at most, in bytes; a longer one is answered with 413.",
            min = "0",
            max = "67108864")
    int max_body_bytes() default 1_048_576;

    @AttributeDefinition(
            description = "Requests of one HTTP/2 connection that are under way at most.",
            min = "1",
            max = "1024")
    int max_h2_requests() default 128;

    @AttributeDefinition(
            description =
                    "Frames of one HTTP/2 connection a second at most that cost the server more than"
                            + " the client: resets, settings, pings, priorities, fragments of"
                            + " headers. Beyond it the connection is closed.",
            min = "10",
            max = "10000")
    int max_h2_frames_per_second() default 128;

    @AttributeDefinition(
            description =
                    "Requests a second of one source (an IPv4 address or a /64 of IPv6), over two"
                            + " seconds; then 429. 0: no limit.",
            min = "0",
            max = "1000000")
    int rate_per_second() default 500;

    @AttributeDefinition(
            description =
                    "The same for requests of much work: long lists, live streams. 0: no limit.",
            min = "0",
            max = "1000000")
    int rate_heavy_per_second() default 20;

    @AttributeDefinition(
            description = "The same for requests that change something. 0: no limit.",
            min = "0",
            max = "1000000")
    int rate_change_per_second() default 10;

    @AttributeDefinition(
            description =
                    "Sources whose rate is remembered at most; those beyond share one allowance.",
            min = "16",
            max = "1000000")
    int max_sources() default 4_096;

    @AttributeDefinition(
            description = "Live streams (server-sent events) at most, all clients together.",
            min = "0",
            max = "10000")
    int max_streams() default 64;

    @AttributeDefinition(
            description = "Live streams of one source at most.",
            min = "0",
            max = "10000")
    int max_streams_per_source() default 16;

    @AttributeDefinition(
            description =
                    "How long a request waits for a bundle that is being replaced, in milliseconds;"
                            + " then 503 with Retry-After. 0: not at all.",
            min = "0",
            max = "60000")
    int hold_ms() default 2_000;

    @AttributeDefinition(
            description = "Requests that wait so at most; further ones get the 503 at once.",
            min = "0",
            max = "10000")
    int max_held() default 256;

    @AttributeDefinition(
            description =
                    "How long a route is expected back whose bundle has gone, in milliseconds: 503"
                            + " until then, 404 from there on.",
            min = "0",
            max = "3600000")
    int absent_ms() default 60_000;
}
