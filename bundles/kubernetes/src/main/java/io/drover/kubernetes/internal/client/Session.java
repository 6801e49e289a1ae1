package io.drover.kubernetes.internal.client;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.net.ssl.TrustManager;

/**
 * Two clients of one cluster: one for everything, one for Leases alone, so that no flood of other
 * requests makes a renewal late. Both speak HTTP/1.1: an HTTP/2 connection whose peer has gone
 * silently takes all later requests with it until the kernel gives it up, many minutes later; here
 * a request that times out takes its own connection with it.
 */
final class Session implements AutoCloseable {

    private static final int HTTP_THREADS = 3;
    private static final int LEASE_THREADS = 2;
    private static final int WATCH_THREADS = 2;

    /** The first wait after a watch has ended: the API server ends each one after some minutes. */
    private static final int WATCH_RECONNECT_MILLIS = 100;

    private final ClusterAccess access;
    private final Pools pools;
    private final KubernetesClient client;
    private final KubernetesClient leaseClient;
    private final ApiCalls reads;
    private final ApiCalls writes;
    private final ApiCalls leases;
    private final Discovery discovery;
    private final KubernetesSerialization json = new KubernetesSerialization();

    /**
     * Times and limits of a session.
     *
     * @param connect to connect
     * @param read for one answer, further tries included
     * @param retries of reads
     * @param write for one write
     * @param qps requests a second
     * @param burst requests at once
     */
    record Limits(
            Duration connect, Duration read, int retries, Duration write, int qps, int burst) {}

    /**
     * The threads of a session; all exist from the beginning.
     *
     * @param http of the client for everything
     * @param lease of the client for Leases
     * @param watch tell what watches see
     */
    private record Pools(ClientPool http, ClientPool lease, ClientPool watch) {
        void end() {
            http.shutdown();
            lease.shutdown();
            watch.shutdown();
        }
    }

    /** Makes both clients; sends nothing yet. */
    static Session open(ClusterAccess access, Limits limits, Counters counters, String userAgent)
            throws AccessException {
        Pools pools =
                new Pools(
                        new ClientPool("drover-kubernetes-http", HTTP_THREADS),
                        new ClientPool("drover-kubernetes-lease-http", LEASE_THREADS),
                        new ClientPool("drover-kubernetes-watch", WATCH_THREADS));
        boolean opened = false;
        try {
            Session session = new Session(access, limits, counters, userAgent, pools);
            opened = true;
            return session;
        } finally {
            if (!opened) {
                pools.end(); // also when the bundle is replaced meanwhile and classes are gone
            }
        }
    }

    private Session(
            ClusterAccess access, Limits limits, Counters counters, String userAgent, Pools pools)
            throws AccessException {
        this.access = access;
        this.pools = pools;
        Config config = access.config();
        config.setUserAgent(userAgent);
        config.setConnectionTimeout((int) limits.connect().toMillis());
        config.setRequestTimeout((int) limits.read().toMillis());
        config.setRequestRetryBackoffLimit(limits.retries());
        config.setHttp2Disable(true);
        config.setWatchReconnectInterval(WATCH_RECONNECT_MILLIS);
        TrustManager[] trust = trust(access);
        client = client(access, trust, pools.http);
        leaseClient = client(access, trust, pools.lease);
        HttpClient http = client.getHttpClient();
        URI server = URI.create(config.getMasterUrl());
        RequestBudget budget = new RequestBudget(limits.qps(), limits.burst(), System::nanoTime);
        reads = new ApiCalls(http, json, server, pools.http, budget, counters);
        writes = new ApiCalls(once(http, config), json, server, pools.http, budget, counters);
        HttpClient leaseHttp = once(leaseClient.getHttpClient(), config);
        leases = new ApiCalls(leaseHttp, json, server, pools.lease, null, counters);
        discovery = new Discovery(reads, limits.read(), System::nanoTime);
    }

    ClusterAccess access() {
        return access;
    }

    /** For watches. */
    KubernetesClient client() {
        return client;
    }

    /** Requests that may be tried again. */
    ApiCalls reads() {
        return reads;
    }

    /** Requests that are sent once. */
    ApiCalls writes() {
        return writes;
    }

    /** Requests about Leases, on connections and threads of their own, sent once. */
    ApiCalls leases() {
        return leases;
    }

    /** Between documents and trees. */
    KubernetesSerialization json() {
        return json;
    }

    Discovery discovery() {
        return discovery;
    }

    /** The API server. */
    String server() {
        return access.config().getMasterUrl();
    }

    /** The namespace that kubeconfig or service account name; empty for none. */
    String namespace() {
        String namespace = access.config().getNamespace();
        return namespace == null ? "" : namespace;
    }

    /** Ends both clients at once; what is under way fails. */
    @Override
    public void close() {
        try {
            leaseClient.close();
            client.close();
        } finally {
            pools.end();
        }
    }

    private KubernetesClient client(ClusterAccess access, TrustManager[] trust, ClientPool pool) {
        return new KubernetesClientBuilder()
                .withConfig(access.config())
                .withHttpClientFactory(new PooledHttp(pool))
                .withHttpClientBuilderConsumer(
                        builder -> access.keys().ifPresent(keys -> builder.sslContext(keys, trust)))
                .withTaskExecutor(pools.watch)
                .withKubernetesSerialization(json)
                .build();
    }

    private static HttpClient once(HttpClient http, Config config) {
        RequestConfig never =
                new RequestConfigBuilder(config.getRequestConfig())
                        .withRequestRetryBackoffLimit(0)
                        .build();
        return http.newBuilder().tag(never).build();
    }

    private static TrustManager[] trust(ClusterAccess access) throws AccessException {
        try {
            return SSLUtils.trustManagers(access.config());
        } catch (GeneralSecurityException | IOException e) {
            throw new AccessException(
                    access.source() + ": its certificate authority cannot be read: " + e, e);
        }
    }
}
