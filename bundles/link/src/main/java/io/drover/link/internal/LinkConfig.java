package io.drover.link.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
        name = "Drover: link",
        description = "The link from a node agent to the cluster agent.")
@interface LinkConfig {

    @AttributeDefinition(
            description =
                    "Where the cluster agent is, each as host:port ([address]:port for IPv6). A"
                            + " name stands for all addresses that DNS gives for it. Empty: no link.")
    String[] endpoints() default {};

    @AttributeDefinition(
            description =
                    "Where the replicas of the cluster agent are, each as host:port, for a cluster"
                            + " agent: what only the one that leads can answer is passed on to it. A"
                            + " name stands for all addresses that DNS gives for it; this agent's own"
                            + " may be among them. Empty: whoever asks is told who leads.")
    String[] peers() default {};

    @AttributeDefinition(
            description =
                    "Name that the cluster agent's certificate must have, instead of the host of"
                            + " the endpoint. Empty: the host.")
    String server_name() default "";

    @AttributeDefinition(
            description =
                    "PEM file with the authorities that the cluster agent's certificate may be by."
                            + " Empty: those of this agent's own cluster credentials.")
    String ca_file() default "";

    @AttributeDefinition(
            description =
                    "SHA-256 fingerprints of public keys (of the DER form SubjectPublicKeyInfo, 64"
                            + " hexadecimal digits), one of which must be in the certificate chain or"
                            + " be its authority's. Empty: no pin.")
    String[] pins() default {};

    @AttributeDefinition(
            description = "Wait before the second attempt to connect, in milliseconds.",
            min = "10",
            max = "60000")
    long back_off_min_ms() default 500;

    @AttributeDefinition(
            description =
                    "Longest wait between two attempts, in milliseconds; each failure doubles the"
                            + " wait, and each wait is up to a quarter longer or shorter by chance.",
            min = "100",
            max = "3600000")
    long back_off_max_ms() default 30_000;

    @AttributeDefinition(
            description = "Time for a new connection, its TLS handshake in it, in milliseconds.",
            min = "100",
            max = "120000")
    long connect_timeout_ms() default 10_000;

    @AttributeDefinition(
            description =
                    "Silence after which the cluster agent is pinged, in milliseconds; it allows"
                            + " grpc.keepalive_client_interval_min_ms.",
            min = "10000",
            max = "3600000")
    long keepalive_time_ms() default 30_000;

    @AttributeDefinition(
            description =
                    "Time for the answer to a ping before the connection is given up, in"
                            + " milliseconds.",
            min = "100",
            max = "600000")
    long keepalive_timeout_ms() default 10_000;

    @AttributeDefinition(
            description =
                    "How long a replica may send nothing of a snapshot that it has begun before"
                            + " another one is tried, in milliseconds: it may have no access to the"
                            + " cluster itself. What is known is kept meanwhile.",
            min = "100",
            max = "3600000")
    long snapshot_wait_ms() default 30_000;

    @AttributeDefinition(
            description = "Longest message that is taken from the cluster agent, in bytes.",
            min = "1024",
            max = "134217728")
    int message_max_bytes() default 1024 * 1024;

    @AttributeDefinition(
            description =
                    "Objects of the cluster that are kept; more are left out, counted and said in"
                            + " health.",
            min = "1",
            max = "10000000")
    int entries_max() default 200_000;

    @AttributeDefinition(
            description =
                    "Changes that are kept for readers inside this agent; who falls further behind"
                            + " gets a new snapshot.",
            min = "16",
            max = "1000000")
    int changes_kept() default 4096;

    @AttributeDefinition(
            description = "Readers of changes inside this agent at once.",
            min = "1",
            max = "4096")
    int readers_max() default 64;
}
