package io.drover.kubernetes.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
        name = "Drover: kubernetes",
        description =
                "The connection to the cluster, elections among the replicas of the cluster agent, events.")
@interface KubernetesConfig {

    @AttributeDefinition(
            description =
                    "Path of the kubeconfig. Empty: the file or files in the environment variable KUBECONFIG, else the"
                            + " service account when the agent runs in a pod, else, only with"
                            + " use_default_kubeconfig, ~/.kube/config.")
    String kubeconfig() default "";

    @AttributeDefinition(
            description =
                    "Whether ~/.kube/config is used when nothing else names a cluster. Off, because that file often"
                            + " points to a cluster of production, and the agent writes into the cluster that it is"
                            + " given.")
    boolean use_default_kubeconfig() default false;

    @AttributeDefinition(description = "Context of the kubeconfig. Empty: its current-context.")
    String context() default "";

    @AttributeDefinition(
            description =
                    "Namespace of the agent's own Leases. Empty: that of the pod, else of the context, else default.")
    String namespace() default "";

    @AttributeDefinition(
            description =
                    "Name of the cluster, for people: labels of lower-case letters, digits and hyphens, parted by"
                            + " dots, 80 characters at most (RFC 1123). Empty: none.")
    String cluster_name() default "";

    @AttributeDefinition(
            description =
                    "Name of a ConfigMap in the agent's own namespace whose key id holds the cluster's ID, a UUID;"
                            + " made with the uid of the namespace kube-system where it is missing, never changed."
                            + " Empty: the ID is that uid, and there is no ConfigMap.")
    String cluster_id_config_map() default "";

    @AttributeDefinition(
            description = "Time to connect to the API server, in milliseconds.",
            min = "100",
            max = "60000")
    long connect_timeout_ms() default 5_000;

    @AttributeDefinition(
            description =
                    "Time for one answer of the API server, with all further tries, in milliseconds.",
            min = "100",
            max = "120000")
    long request_timeout_ms() default 10_000;

    @AttributeDefinition(
            description =
                    "How often a request that only reads is tried again after a network error, a 429 or a 5xx, within"
                            + " the request time-out. Writes are never repeated.",
            min = "0",
            max = "10")
    int request_retries() default 2;

    @AttributeDefinition(
            description =
                    "Time for one write that needs leadership, in milliseconds; not more than what lies between"
                            + " election_renew_deadline_ms and election_lease_seconds, so that a write ends before"
                            + " another leader can begin.",
            min = "100",
            max = "60000")
    long write_timeout_ms() default 4_000;

    @AttributeDefinition(
            description =
                    "Requests a second to the API server, on average. Watches and Leases do not count.",
            min = "1",
            max = "10000")
    int qps() default 20;

    @AttributeDefinition(
            description = "Requests that may be sent at once after a quiet time.",
            min = "1",
            max = "10000")
    int burst() default 30;

    @AttributeDefinition(
            description = "Time between two looks whether the API server answers, in milliseconds.",
            min = "1000",
            max = "600000")
    long probe_interval_ms() default 15_000;

    @AttributeDefinition(
            description =
                    "Longest wait between two tries while the cluster cannot be reached, in milliseconds; the first"
                            + " waits one second, each further one twice as long, give or take a fifth.",
            min = "1000",
            max = "600000")
    long back_off_max_ms() default 30_000;

    @AttributeDefinition(
            description =
                    "How long one watch lasts before it is asked for anew, in seconds; up to twice"
                            + " that, at random, so that not all end together.",
            min = "10",
            max = "3600")
    int watch_seconds() default 300;

    @AttributeDefinition(
            description =
                    "After so long without a change or a bookmark, in seconds, a watch is given up"
                            + " and everything is read anew: the API server sends a bookmark about each"
                            + " minute.",
            min = "5",
            max = "3600")
    int watch_silence_seconds() default 150;

    @AttributeDefinition(
            description =
                    "After so long a watch must have shown what this process wrote, in"
                            + " milliseconds; else it is deaf and everything is read anew.",
            min = "100",
            max = "600000")
    long watch_own_write_ms() default 5_000;

    @AttributeDefinition(
            description =
                    "How long the others wait for a sign of life of a leader before one takes over, in seconds.",
            min = "2",
            max = "600")
    int election_lease_seconds() default 15;

    @AttributeDefinition(
            description =
                    "How long after the begin of its last successful renewal a leader leads, in milliseconds; less than"
                            + " the lease. The ratio of the two is how much the clocks of two machines may differ in"
                            + " rate.",
            min = "500",
            max = "600000")
    long election_renew_deadline_ms() default 10_000;

    @AttributeDefinition(
            description =
                    "Time from one renewal to the next, in milliseconds; less than the renew deadline by a factor of"
                            + " 1.2 at least.",
            min = "100",
            max = "60000")
    long election_retry_ms() default 2_000;

    @AttributeDefinition(
            description =
                    "Time for one request about a Lease, in milliseconds; less than the renew deadline.",
            min = "50",
            max = "60000")
    long election_request_timeout_ms() default 1_500;

    @AttributeDefinition(
            description =
                    "How long a Lease is kept after its last user in this process left, in milliseconds: so that a"
                            + " controller can be replaced without a change of leader.",
            min = "0",
            max = "600000")
    long election_linger_ms() default 30_000;

    @AttributeDefinition(
            description =
                    "Events that may wait for delivery; further ones are dropped and counted.",
            min = "1",
            max = "100000")
    int events_queue() default 1_000;

    @AttributeDefinition(
            description =
                    "Requests for events of one object and one reason that may be sent at once; equal events are"
                            + " counted without one.",
            min = "1",
            max = "1000")
    int events_burst() default 10;

    @AttributeDefinition(
            description =
                    "After the burst, one request for an object and reason each so many seconds.",
            min = "1",
            max = "3600")
    int events_refill_seconds() default 30;

    @AttributeDefinition(
            description =
                    "Pods, services, endpoint slices, namespaces and nodes that are known by name,"
                            + " together; further ones are left out and counted. About 1 kB each.",
            min = "100",
            max = "1000000")
    int metadata_entries_max() default 100_000;

    @AttributeDefinition(
            description =
                    "Changes of these that are kept for readers that are behind; one further behind"
                            + " gets everything anew.",
            min = "16",
            max = "1000000")
    int metadata_changes_max() default 8_192;

    @AttributeDefinition(
            description = "Readers that may follow these at once.",
            min = "1",
            max = "10000")
    int metadata_streams_max() default 256;

    @AttributeDefinition(description = "Labels that are kept of them; all others are not.")
    String[] metadata_labels() default {
        "app.kubernetes.io/name",
        "app.kubernetes.io/instance",
        "app.kubernetes.io/component",
        "app.kubernetes.io/version",
        "app",
        "k8s-app"
    };
}
