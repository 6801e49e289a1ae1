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
            min = "100",
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
                    "Time between two questions for the usage of a few pods, in milliseconds: asked where the source's own"
                            + " interval is being learnt, and when its next figures are due, so that they are seen soon. 0:"
                            + " never.",
            min = "0",
            max = "10000")
    long usage_eager_ms() default 250;

    @AttributeDefinition(
            description =
                    "Namespaces whose pods' usage is asked for at the same time; with many of them new figures come sooner.",
            min = "1",
            max = "64")
    int usage_parallel() default 4;

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

    @AttributeDefinition(
            description =
                    "Autoscalers that work; of more the oldest do, and the others say so. One that goes makes room for the next.",
            min = "1",
            max = "100000")
    int objects_max() default 1_000;

    @AttributeDefinition(
            description =
                    "Whether nothing is scaled in the whole cluster: decisions are made, told and kept, and not written.")
    boolean freeze() default false;

    @AttributeDefinition(
            description =
                    "Replicas that all autoscalers together may add or take within a minute. 0: any number.",
            min = "0",
            max = "1000000")
    int budget_replicas_per_minute() default 0;

    @AttributeDefinition(
            description =
                    "Ceilings over groups of autoscalers, each a selector of their labels and the most replicas of their"
                            + " targets together, as \"team=shop: 200\".")
    String[] budget_ceilings() default {};

    @AttributeDefinition(
            description =
                    "A Prometheus, or what speaks its HTTP API, for objectives by CustomQuery: http://HOST:9090 with the path"
                            + " that it is served below. Empty: none.")
    String query_url() default "";

    @AttributeDefinition(
            description =
                    "Time between two questions for the figure of one query, in milliseconds.",
            min = "500",
            max = "300000")
    long query_interval_ms() default 5_000;

    @AttributeDefinition(
            description =
                    "How long one answer of Prometheus may take, its last byte included, in milliseconds.",
            min = "100",
            max = "60000")
    long query_timeout_ms() default 5_000;

    @AttributeDefinition(
            description = "Queries that are under way at the same time.",
            min = "1",
            max = "256")
    int query_parallel() default 8;

    @AttributeDefinition(
            description = "Queries of all autoscalers together; further ones are not asked.",
            min = "1",
            max = "100000")
    int queries_max() default 2_000;

    @AttributeDefinition(
            description = "Bytes of one answer of Prometheus; a longer one is none.",
            min = "1024",
            max = "67108864")
    int query_answer_bytes_max() default 1_048_576;

    @AttributeDefinition(
            description =
                    "PEM file with the authorities that Prometheus' certificate must come from. Empty: those of the JDK.")
    String query_ca_file() default "";

    @AttributeDefinition(
            description =
                    "File with the bearer token that Prometheus is shown; needs https. Empty: none.")
    String query_token_file() default "";

    @AttributeDefinition(
            description =
                    "Beginnings of the URLs that the annotation custom-recommender may name. Empty: nobody outside is asked.")
    String[] recommender_urls() default {};

    @AttributeDefinition(
            description =
                    "Time between two questions to a recommender about one object, in milliseconds.",
            min = "1000",
            max = "300000")
    long recommender_interval_ms() default 30_000;

    @AttributeDefinition(
            description =
                    "How long one answer of a recommender may take, its last byte included, in milliseconds.",
            min = "100",
            max = "60000")
    long recommender_timeout_ms() default 10_000;

    @AttributeDefinition(
            description = "Questions that are under way to one recommender at the same time.",
            min = "1",
            max = "256")
    int recommender_parallel() default 8;

    @AttributeDefinition(
            description = "Bytes of one answer of a recommender; a longer one is none.",
            min = "256",
            max = "16777216")
    int recommender_answer_bytes_max() default 65_536;

    @AttributeDefinition(description = "The name of this cluster, as recommenders are told it.")
    String recommender_cluster() default "";

    @AttributeDefinition(
            description =
                    "PEM file with the authorities that recommenders' certificates must come from. Empty: those of the JDK.")
    String recommender_ca_file() default "";

    @AttributeDefinition(
            description =
                    "PEM file with the certificate that recommenders are shown, its issuers behind it. Empty: none.")
    String recommender_cert_file() default "";

    @AttributeDefinition(description = "PEM file with that certificate's key, PKCS #8.")
    String recommender_key_file() default "";

    @AttributeDefinition(
            description =
                    "Failures in a row after which a Prometheus or recommender is left in peace for a while.",
            min = "1",
            max = "100")
    int breaker_failures() default 5;

    @AttributeDefinition(
            description =
                    "The first while for which it is left in peace, in milliseconds; each further one is twice as long.",
            min = "100",
            max = "3600000")
    long breaker_min_ms() default 5_000;

    @AttributeDefinition(
            description = "The longest while for which it is left in peace, in milliseconds.",
            min = "100",
            max = "3600000")
    long breaker_max_ms() default 120_000;
}
