package io.drover.metrics.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The section {@code metrics} of drover.yaml. */
@ObjectClassDefinition(
        name = "Drover: metrics",
        description = "How the series of all bundles are gathered for one page.")
@interface MetricsConfig {

    @AttributeDefinition(
            description =
                    "How long one source may take for its figures, in milliseconds (default 1000)."
                            + " One that takes longer is left out of the page and counted, and not"
                            + " asked again until it has come back.",
            min = "10",
            max = "60000")
    int source_timeout_ms() default 1_000;

    @AttributeDefinition(
            description =
                    "Pages that are gathered at the same time (default 4). Others wait for at most"
                            + " five seconds and are then refused with 503.",
            min = "1",
            max = "64")
    int scrapes_max() default 4;

    @AttributeDefinition(
            description =
                    "Series that one source may have in one family (default 10000). Those beyond"
                            + " are summed up in one whose labels say overflow, and counted.",
            min = "10",
            max = "1000000")
    int series_per_family_max() default 10_000;
}
