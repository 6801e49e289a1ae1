package io.drover.core.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
        name = "Drover: core",
        description = "The view of all subsystems, health and the end of the process.")
@interface CoreConfig {

    @AttributeDefinition(
            description =
                    "Time between two looks at all subsystems while one of them is missing, comes, goes or changes its state, in"
                            + " milliseconds.",
            min = "20",
            max = "10000")
    int poll_interval_ms() default 200;

    @AttributeDefinition(
            description =
                    "Time between two looks at all subsystems at rest, in milliseconds. State and readiness are never older.",
            min = "20",
            max = "10000")
    int calm_interval_ms() default 1_000;

    @AttributeDefinition(
            description =
                    "How long all subsystems must have been there in the same state to be at rest, in milliseconds.",
            min = "0",
            max = "600000")
    int calm_after_ms() default 10_000;

    @AttributeDefinition(
            description =
                    "How long a subsystem that worked may be away, as while its bundle is replaced, before the agent is"
                            + " unready for it, in milliseconds.",
            min = "0",
            max = "600000")
    int absence_grace_ms() default 5_000;

    @AttributeDefinition(
            description =
                    "After SIGTERM: how long the agent is unready but goes on to serve before the first bundle stops, in"
                            + " milliseconds. In Kubernetes, set it above the time that end points need to forget a pod.",
            min = "0",
            max = "600000")
    int drain_ms() default 200;

    @AttributeDefinition(
            description =
                    "After the drain: how long each bundle may take to stop before it is cut off and named in the log, in"
                            + " milliseconds. The exit code is then 70.",
            min = "500",
            max = "600000")
    int stop_deadline_ms() default 5_000;

    @AttributeDefinition(
            description =
                    "When a start takes longer, what it waits for is printed once, in milliseconds.",
            min = "1000",
            max = "3600000")
    int slow_start_ms() default 15_000;

    @AttributeDefinition(
            description =
                    "How long something that readiness needs must be missing before the agent is unready, in"
                            + " milliseconds; what is broken for good counts at once.",
            min = "0",
            max = "600000")
    int unready_after_ms() default 1_000;

    @AttributeDefinition(
            description =
                    "How long all that readiness needs must be there again before the agent is ready, in milliseconds; the"
                            + " first time counts at once.",
            min = "0",
            max = "600000")
    int ready_after_ms() default 1_000;

    @AttributeDefinition(
            description =
                    "How long a thread that waits for nothing outside of the process may be at one round before it counts"
                            + " as stuck and the process as unsound, in milliseconds.",
            min = "1000",
            max = "3600000")
    int stuck_after_ms() default 30_000;

    @AttributeDefinition(
            description =
                    "How long any other thread may be at one round before it counts as stuck, in milliseconds; liveness does"
                            + " not depend on it.",
            min = "1000",
            max = "3600000")
    int stuck_outside_after_ms() default 180_000;

    @AttributeDefinition(
            description =
                    "How long one run of self-checks may take before what has not answered is cut off and counts as"
                            + " failed, in milliseconds.",
            min = "100",
            max = "600000")
    int diagnose_deadline_ms() default 10_000;

    @AttributeDefinition(
            description =
                    "Free space of the home folder's file system below which the self-check of the disk warns, in MiB;"
                            + " below an eighth of it, it fails.",
            min = "8",
            max = "1048576")
    int disk_free_min_mb() default 256;

    @AttributeDefinition(
            description =
                    "What the contents of a support bundle may take in all before they are packed, in MiB; what comes"
                            + " later is left out and named in its manifest.",
            min = "1",
            max = "1024")
    int flare_max_mb() default 32;

    @AttributeDefinition(
            description =
                    "What one file of a support bundle may take, in MiB; of a longer one the end is kept.",
            min = "1",
            max = "64")
    int flare_file_max_mb() default 2;

    @AttributeDefinition(
            description = "How long a support bundle may take in all, in milliseconds.",
            min = "1000",
            max = "100000")
    int flare_deadline_ms() default 30_000;

    @AttributeDefinition(
            description =
                    "How long one source of a support bundle may take before it is cut off, in milliseconds.",
            min = "100",
            max = "600000")
    int flare_source_deadline_ms() default 12_000;

    @AttributeDefinition(
            description =
                    "Whether the agent lets a crash leave a core and a heap dump, within the budget below. Off: the limits"
                            + " that it was started with hold. Such files hold everything that the agent knew, secrets too.")
    boolean core_dump_enabled() default false;

    @AttributeDefinition(
            description =
                    "The most that one core or heap dump may take, in bytes. 0: none is written.",
            min = "0",
            max = "1125899906842624")
    long core_dump_max_bytes() default 536_870_912;

    @AttributeDefinition(
            description = "What must stay free on the file system beside a dump, in bytes.",
            min = "0",
            max = "1125899906842624")
    long core_dump_min_free_bytes() default 1_073_741_824;

    @AttributeDefinition(
            description =
                    "The most that all files of crashes may take, in bytes. When another core would pass it, none is"
                            + " written.",
            min = "0",
            max = "1125899906842624")
    long core_dump_max_total_bytes() default 1_073_741_824;

    @AttributeDefinition(
            description =
                    "After which time files of crashes are removed from the home's folder crash, in hours.",
            min = "1",
            max = "87600")
    int core_dump_max_age_hours() default 168;

    @AttributeDefinition(
            description = "Time between two looks at the budget of dumps, in milliseconds.",
            min = "1000",
            max = "86400000")
    int core_dump_check_interval_ms() default 60_000;

    @AttributeDefinition(
            type = AttributeType.PASSWORD,
            description =
                    "The API key of the intake, 32 hexadecimal digits: itself, file:/path, or ENC[handle]. Needed as soon as"
                            + " something is sent, as by profiling.upload.")
    String _api__key() default "";

    @AttributeDefinition(
            description =
                    "Where the API key is checked: answers 200 for a valid one, 403 for an invalid one.")
    String api_key_check_url() default "https://api.datadoghq.com/api/v1/validate";

    @AttributeDefinition(
            description = "Time between two checks of the API key, in milliseconds.",
            min = "1000",
            max = "86400000")
    int api_key_check_interval_ms() default 3_600_000;

    @AttributeDefinition(
            description =
                    "Time until a check of the API key that had no answer is tried again, in milliseconds; doubled each"
                            + " time, up to the interval.",
            min = "1000",
            max = "3600000")
    int api_key_retry_ms() default 30_000;

    @AttributeDefinition(
            description = "How long a check of the API key may take, in milliseconds.",
            min = "100",
            max = "60000")
    int api_key_timeout_ms() default 10_000;

    @AttributeDefinition(
            description =
                    "The proxy to the intake, http://HOST:PORT. Empty: HTTPS_PROXY and NO_PROXY of the environment.")
    String proxy() default "";
}
