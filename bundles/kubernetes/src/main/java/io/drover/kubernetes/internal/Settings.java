package io.drover.kubernetes.internal;

import io.drover.kubernetes.internal.election.Timing;
import io.drover.kubernetes.internal.metadata.ClusterMetadata;
import io.drover.kubernetes.internal.watch.Informer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The checked configuration. Every finding is reported at once.
 *
 * @param kubeconfig empty for the search that {@code KubernetesConfig} describes
 * @param useDefaultKubeconfig whether ~/.kube/config may be used
 * @param context empty for the current one
 * @param namespace empty for that of the pod or context
 * @param clusterName for people; empty for none
 * @param clusterIdConfigMap where the cluster's ID is kept; empty for nowhere
 * @param connectTimeout to connect
 * @param requestTimeout for one answer
 * @param requestRetries of reads
 * @param writeTimeout for one fenced write
 * @param qps requests a second
 * @param burst requests at once
 * @param probeInterval between two looks at the API server
 * @param backOffMax between two tries
 * @param watchTiming of watches
 * @param ownWrite until a watch must show what this process wrote
 * @param timing of elections
 * @param leaseRequestTimeout for one request about a Lease
 * @param linger of a Lease without a user
 * @param eventsQueue events that may wait
 * @param eventsBurst requests for one object and reason
 * @param eventsRefill from one such request to the next
 * @param metadata its limits
 */
record Settings(
        String kubeconfig,
        boolean useDefaultKubeconfig,
        String context,
        String namespace,
        String clusterName,
        String clusterIdConfigMap,
        Duration connectTimeout,
        Duration requestTimeout,
        int requestRetries,
        Duration writeTimeout,
        int qps,
        int burst,
        Duration probeInterval,
        Duration backOffMax,
        Informer.Timing watchTiming,
        Duration ownWrite,
        Timing timing,
        Duration leaseRequestTimeout,
        Duration linger,
        int eventsQueue,
        int eventsBurst,
        Duration eventsRefill,
        ClusterMetadata.Limits metadata) {

    private static final Pattern SUBDOMAIN =
            Pattern.compile(
                    "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*");

    /** Longer ones do not fit in a tag of the backends that such names go to. */
    private static final int CLUSTER_NAME_MAX = 80;

    /** Of an object of Kubernetes. */
    private static final int NAME_MAX = 253;

    /**
     * @throws IllegalArgumentException naming each bad key, its rule and its value
     */
    static Settings from(KubernetesConfig config) {
        check(config);
        return new Settings(
                config.kubeconfig().strip(),
                config.use_default_kubeconfig(),
                config.context().strip(),
                config.namespace().strip(),
                config.cluster_name().strip(),
                config.cluster_id_config_map().strip(),
                Duration.ofMillis(config.connect_timeout_ms()),
                Duration.ofMillis(config.request_timeout_ms()),
                config.request_retries(),
                Duration.ofMillis(config.write_timeout_ms()),
                config.qps(),
                config.burst(),
                Duration.ofMillis(config.probe_interval_ms()),
                Duration.ofMillis(config.back_off_max_ms()),
                new Informer.Timing(
                        Duration.ofSeconds(config.watch_seconds()),
                        Duration.ofSeconds(config.watch_silence_seconds())),
                Duration.ofMillis(config.watch_own_write_ms()),
                new Timing(
                        Duration.ofSeconds(config.election_lease_seconds()),
                        Duration.ofMillis(config.election_renew_deadline_ms()),
                        Duration.ofMillis(config.election_retry_ms())),
                Duration.ofMillis(config.election_request_timeout_ms()),
                Duration.ofMillis(config.election_linger_ms()),
                config.events_queue(),
                config.events_burst(),
                Duration.ofSeconds(config.events_refill_seconds()),
                new ClusterMetadata.Limits(
                        config.metadata_entries_max(),
                        config.metadata_changes_max(),
                        config.metadata_streams_max(),
                        Set.of(
                                Arrays.stream(config.metadata_labels())
                                        .distinct()
                                        .toArray(String[]::new))));
    }

    private static void check(KubernetesConfig config) {
        List<String> findings = new ArrayList<>();
        name(findings, "cluster.name", config.cluster_name().strip(), CLUSTER_NAME_MAX);
        name(findings, "cluster.id.config.map", config.cluster_id_config_map().strip(), NAME_MAX);
        range(findings, "connect.timeout.ms", config.connect_timeout_ms(), 100, 60_000);
        range(findings, "request.timeout.ms", config.request_timeout_ms(), 100, 120_000);
        range(findings, "request.retries", config.request_retries(), 0, 10);
        range(findings, "write.timeout.ms", config.write_timeout_ms(), 100, 60_000);
        range(findings, "qps", config.qps(), 1, 10_000);
        range(findings, "burst", config.burst(), 1, 10_000);
        range(findings, "probe.interval.ms", config.probe_interval_ms(), 1_000, 600_000);
        range(findings, "back.off.max.ms", config.back_off_max_ms(), 1_000, 600_000);
        range(findings, "watch.seconds", config.watch_seconds(), 10, 3_600);
        range(findings, "watch.silence.seconds", config.watch_silence_seconds(), 5, 3_600);
        range(findings, "watch.own.write.ms", config.watch_own_write_ms(), 100, 600_000);
        range(findings, "election.lease.seconds", config.election_lease_seconds(), 2, 600);
        range(
                findings,
                "election.renew.deadline.ms",
                config.election_renew_deadline_ms(),
                500,
                600_000);
        range(findings, "election.retry.ms", config.election_retry_ms(), 100, 60_000);
        range(
                findings,
                "election.request.timeout.ms",
                config.election_request_timeout_ms(),
                50,
                60_000);
        range(findings, "election.linger.ms", config.election_linger_ms(), 0, 600_000);
        range(findings, "events.queue", config.events_queue(), 1, 100_000);
        range(findings, "events.burst", config.events_burst(), 1, 1_000);
        range(findings, "events.refill.seconds", config.events_refill_seconds(), 1, 3_600);
        range(findings, "metadata.entries.max", config.metadata_entries_max(), 100, 1_000_000);
        range(findings, "metadata.changes.max", config.metadata_changes_max(), 16, 1_000_000);
        range(findings, "metadata.streams.max", config.metadata_streams_max(), 1, 10_000);
        checkElection(config, findings);
        if (!findings.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", findings));
        }
    }

    private static void checkElection(KubernetesConfig config, List<String> findings) {
        long lease = config.election_lease_seconds() * 1_000L;
        long deadline = config.election_renew_deadline_ms();
        if (deadline >= lease) {
            findings.add(
                    "election.renew.deadline.ms must be less than election.lease.seconds ("
                            + lease
                            + " ms), is "
                            + deadline);
        } else if (config.write_timeout_ms() > lease - deadline) {
            findings.add(
                    "write.timeout.ms must be at most election.lease.seconds less"
                            + " election.renew.deadline.ms ("
                            + (lease - deadline)
                            + " ms), is "
                            + config.write_timeout_ms());
        }
        if (config.election_retry_ms() * 1.2 >= deadline) {
            findings.add(
                    "election.retry.ms times 1.2 must be less than election.renew.deadline.ms ("
                            + deadline
                            + "), is "
                            + config.election_retry_ms());
        }
        if (config.election_request_timeout_ms() >= deadline) {
            findings.add(
                    "election.request.timeout.ms must be less than election.renew.deadline.ms ("
                            + deadline
                            + "), is "
                            + config.election_request_timeout_ms());
        }
    }

    private static void name(List<String> findings, String key, String name, int max) {
        if (!name.isEmpty() && (name.length() > max || !SUBDOMAIN.matcher(name).matches())) {
            findings.add(
                    key
                            + " must be labels of lower-case letters, digits and hyphens, parted by dots, with "
                            + max
                            + " characters at most (RFC 1123), is "
                            + name);
        }
    }

    private static void range(List<String> findings, String key, long value, long min, long max) {
        if (value < min || value > max) {
            findings.add(key + " must be from " + min + " to " + max + ", is " + value);
        }
    }
}
