package io.drover.http.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

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
                    "Addresses of /metrics. On loopback alone it is open and plain HTTP. As soon as"
                            + " one address is beyond loopback, all of them speak TLS and ask for a"
                            + " token (cluster or local).",
            cardinality = 64)
    String[] metrics_bind() default {"127.0.0.1", "::1"};

    @AttributeDefinition(
            description = "TCP port of /metrics, the same on each address. 0 takes a free one.",
            min = "0",
            max = "65535")
    int metrics_port() default 15000;

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
                    "Open connections of each listener at most; further ones are closed at once.",
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
            description = "Request line and headers together at most, in bytes.",
            min = "1024",
            max = "65536")
    int max_header_bytes() default 8_192;

    @AttributeDefinition(
            description = "Body of a request at most, in bytes; a longer one is answered with 413.",
            min = "0",
            max = "67108864")
    int max_body_bytes() default 1_048_576;
}
