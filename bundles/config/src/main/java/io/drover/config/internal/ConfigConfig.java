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
}
