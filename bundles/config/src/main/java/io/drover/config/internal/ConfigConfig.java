package io.drover.config.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
        name = "Drover: config",
        description =
                "How the configuration's own files are watched, and how much of them is read.")
@interface ConfigConfig {

    @AttributeDefinition(
            description = "Time between two looks at the files, in milliseconds.",
            min = "100",
            max = "3600000")
    int watch_interval_ms() default 1_000;

    @AttributeDefinition(
            description =
                    "How long the files must rest after a change before they are read, in"
                            + " milliseconds; at ten times of it they are read although they do not"
                            + " rest.",
            min = "0",
            max = "60000")
    int settle_ms() default 300;

    @AttributeDefinition(
            description =
                    "The size of the largest file that is read, in bytes. At the start only the"
                            + " environment can change it.",
            min = "1024",
            max = "16777216")
    int file_bytes_max() default 1_048_576;

    @AttributeDefinition(
            description = "How many files are read at most. As file_bytes_max at the start.",
            min = "1",
            max = "1000")
    int files_max() default 64;

    @AttributeDefinition(
            description =
                    "How many values all files may hold together. As file_bytes_max at the start.",
            min = "100",
            max = "1000000")
    int values_max() default 10_000;

    @AttributeDefinition(
            description =
                    "The executable that knows the secrets behind ENC[handle]: an absolute path;"
                            + " empty for none. It must belong to root or the agent's user, and"
                            + " nobody else may have rights to it.")
    String secret_backend_command() default "";

    @AttributeDefinition(description = "Words after the executable's name.")
    String[] secret_backend_arguments() default {};

    @AttributeDefinition(
            description = "How long one run of the executable may take, in milliseconds.",
            min = "100",
            max = "300000")
    int secret_backend_timeout_ms() default 30_000;

    @AttributeDefinition(
            description =
                    "How much the executable may print, in bytes; more is refused as a whole.",
            min = "1024",
            max = "16777216")
    int secret_backend_output_bytes_max() default 1_048_576;

    @AttributeDefinition(description = "Whether the executable's group may read and execute it.")
    boolean secret_backend_group_may_execute() default false;

    @AttributeDefinition(
            description =
                    "Time between two questions for a handle, in milliseconds; 0 for one question"
                            + " alone.",
            min = "0",
            max = "2147483647")
    int secret_refresh_interval_ms() default 3_600_000;

    @AttributeDefinition(
            description =
                    "Whether the first of them comes at a random time within the interval, so that"
                            + " many agents do not ask at once.")
    boolean secret_refresh_scatter() default true;

    @AttributeDefinition(
            description =
                    "Least time between two questions for a secret that the other side refused"
                            + " (HTTP 401 or 403), in milliseconds.",
            min = "1000",
            max = "86400000")
    int secret_refused_interval_ms() default 60_000;

    @AttributeDefinition(
            description =
                    "Longest pause after a failed question, in milliseconds; it begins at a second"
                            + " and doubles.",
            min = "1000",
            max = "3600000")
    int secret_retry_max_ms() default 60_000;

    @AttributeDefinition(
            description = "The size of the largest secret, in bytes.",
            min = "64",
            max = "1048576")
    int secret_bytes_max() default 65_536;

    @AttributeDefinition(
            description =
                    "The size of log/secret-audit.jsonl, in bytes, at which it becomes"
                            + " secret-audit.jsonl.1 and a new one begins.",
            min = "4096",
            max = "1073741824")
    int secret_audit_bytes_max() default 1_048_576;
}
