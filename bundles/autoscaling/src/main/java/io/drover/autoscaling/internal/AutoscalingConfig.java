package io.drover.autoscaling.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
        name = "Drover: autoscaling",
        description = "The controller of DatadogPodAutoscaler objects.")
@interface AutoscalingConfig {

    @AttributeDefinition(description = "Namespace whose objects are looked after. Empty: all.")
    String watch_namespace() default "";

    @AttributeDefinition(
            description = "Objects that are worked on at the same time.",
            min = "1",
            max = "64")
    int workers() default 2;

    @AttributeDefinition(
            description = "Time between two looks at a target that is there, in milliseconds.",
            min = "1000",
            max = "3600000")
    long check_interval_ms() default 15_000;

    @AttributeDefinition(
            description =
                    "Time between two looks at a target that is missing or wrong, in milliseconds.",
            min = "500",
            max = "3600000")
    long missing_interval_ms() default 5_000;

    @AttributeDefinition(
            description =
                    "Wait after the first failure at an object, in milliseconds; each further one doubles it.",
            min = "10",
            max = "60000")
    long back_off_min_ms() default 100;

    @AttributeDefinition(
            description = "Longest wait after failures at an object, in milliseconds.",
            min = "100",
            max = "3600000")
    long back_off_max_ms() default 60_000;

    @AttributeDefinition(
            description = "Newest decisions that are kept for those who follow them.",
            min = "1",
            max = "65536")
    int decisions_kept() default 256;

    @AttributeDefinition(
            description =
                    "Whether the leader creates the CustomResourceDefinition when it is not there. Off: it needs a right"
                            + " over the whole cluster that the controller needs for nothing else.")
    boolean install_crd() default false;

    @AttributeDefinition(
            description =
                    "Time between two questions for the usage of pods (metrics.k8s.io), in milliseconds.",
            min = "500",
            max = "300000")
    long usage_interval_ms() default 5_000;

    @AttributeDefinition(
            description =
                    "Most pods with a usage in one namespace; with more its objectives by cpu and memory are not known.",
            min = "100",
            max = "150000")
    int usage_pods_max() default 10_000;

    @AttributeDefinition(
            description =
                    "Bytes of the journal of decisions, all its files together; beyond them the oldest file goes.",
            min = "65536",
            max = "1099511627776")
    long journal_bytes_max() default 67_108_864;

    @AttributeDefinition(
            description =
                    "Bytes of one file of the journal, after which the next begins; at most half of journal_bytes_max.",
            min = "16384",
            max = "549755813888")
    long journal_file_bytes_max() default 4_194_304;

    @AttributeDefinition(
            description =
                    "Decisions that may wait for the disk; further ones are not kept, and counted.",
            min = "16",
            max = "1000000")
    int journal_queue() default 8_192;

    @AttributeDefinition(
            description =
                    "How long a decision may be in the operating system's memory alone before the disk has it, in"
                            + " milliseconds. 0: each batch is on the disk before the next one is begun.",
            min = "0",
            max = "60000")
    long journal_sync_ms() default 0;
}
