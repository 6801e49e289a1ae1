package io.drover.security.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The section {@code security} of drover.yaml. */
@ObjectClassDefinition(
        name = "Drover: security",
        description = "Tokens, certificates and the audit of control actions.")
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
                    "File of a certificate by another authority and its issuers, as PEM, in place"
                            + " of our own (default none). Read anew when it changes. A file that"
                            + " is named here must exist.",
            required = false)
    String certificate_file() default "";

    @AttributeDefinition(
            description =
                    "File of the key of certificate_file, as PEM: EC, RSA from 2048 bits, Ed25519"
                            + " (default none).",
            required = false)
    String key_file() default "";

    @AttributeDefinition(
            description =
                    "File of the authority that clients trust, when certificate_file is named"
                            + " (default the last certificate in that file).",
            required = false)
    String ca_file() default "";

    @AttributeDefinition(
            description =
                    "How long before the end of certificate_file the agent complains, in days"
                            + " (default 14).",
            min = "0",
            max = "365")
    int expiry_warning_days() default 14;

    @AttributeDefinition(
            description =
                    "Whether clients must show a certificate, beside their token: none, optional"
                            + " or required (default none).")
    String client_auth() default "none";

    @AttributeDefinition(
            description =
                    "File of the authorities of clients' certificates, as PEM; needed for"
                            + " client_auth (default none). This agent's own authority counts too.",
            required = false)
    String client_ca_file() default "";

    @AttributeDefinition(
            description =
                    "Clients that need no token: the common name of their certificate and their"
                            + " scope, such as prometheus=metrics; a name with several scopes is"
                            + " given several times (default none). Needs client_auth.",
            cardinality = 64,
            required = false)
    String[] client_names() default {};

    @AttributeDefinition(
            description =
                    "File of the token that the agents of one cluster share, 64 hex characters"
                            + " (default secrets/cluster_token in the home, used when it exists). A"
                            + " file that is named here must exist.",
            required = false)
    String cluster_token_file() default "";

    @AttributeDefinition(
            description =
                    "File of the authorities of the other agents' certificates, as PEM (default"
                            + " this agent's own authority).",
            required = false)
    String cluster_ca_file() default "";

    @AttributeDefinition(
            description =
                    "How long a token holds after its file has got another one, in seconds"
                            + " (default 300).",
            min = "0",
            max = "604800")
    int rotation_overlap_seconds() default 300;

    @AttributeDefinition(
            description = "How many tokens with scopes there may be (default 64).",
            min = "0",
            max = "1024")
    int tokens_max() default 64;

    @AttributeDefinition(
            description =
                    "Time between two looks at the files for a change, in milliseconds (default"
                            + " 1000).",
            min = "100",
            max = "60000")
    int watch_interval_ms() default 1_000;

    @AttributeDefinition(
            description =
                    "Wrong tokens from one address (IPv6: /64) before it has to wait (default 10).",
            min = "0",
            max = "10000")
    int wrong_tokens_free() default 10;

    @AttributeDefinition(
            description =
                    "Longest wait after wrong tokens, in seconds (default 60). It begins with one"
                            + " second and doubles.",
            min = "1",
            max = "3600")
    int back_off_max_seconds() default 60;

    @AttributeDefinition(
            description =
                    "How many addresses that sent wrong tokens are remembered (default 4096).",
            min = "16",
            max = "1000000")
    int back_off_sources_max() default 4_096;

    @AttributeDefinition(
            description =
                    "Which doors tokens of Kubernetes open, by TokenReview and"
                            + " SubjectAccessReview: off, metrics or all (default off).")
    String kubernetes_tokens() default "off";

    @AttributeDefinition(
            description =
                    "For whom tokens of Kubernetes must have been made (default the API server).",
            cardinality = 16,
            required = false)
    String[] kubernetes_audiences() default {};

    @AttributeDefinition(
            description = "How long a yes of the API server holds, in seconds (default 60).",
            min = "0",
            max = "3600")
    int kubernetes_admitted_seconds() default 60;

    @AttributeDefinition(
            description = "How long a no of the API server holds, in seconds (default 10).",
            min = "0",
            max = "3600")
    int kubernetes_refused_seconds() default 10;

    @AttributeDefinition(
            description =
                    "How many answers of the API server are remembered, of each kind (default"
                            + " 1024).",
            min = "16",
            max = "100000")
    int kubernetes_answers_max() default 1_024;

    @AttributeDefinition(
            description =
                    "How many questions to the API server may be open at a time (default 4); one"
                            + " more waits for a second at most, and is then refused.",
            min = "1",
            max = "64")
    int kubernetes_reviews_max() default 4;

    @AttributeDefinition(
            description = "Size of one file of the audit, in bytes (default 8 MiB).",
            min = "4096",
            max = "1073741824")
    int audit_file_max_bytes() default 8 * 1024 * 1024;

    @AttributeDefinition(
            description = "How many files of the audit are kept (default 5).",
            min = "1",
            max = "100")
    int audit_files_max() default 5;
}
