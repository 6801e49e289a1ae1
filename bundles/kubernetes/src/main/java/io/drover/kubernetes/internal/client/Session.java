package io.drover.kubernetes.internal.client;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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

    private final ClusterAccess access;
    private final Pools pools;
    private final HttpClient http;
    private final HttpClient leaseHttp;
    private final URI server;
    private final String userAgent;
    private final ApiCalls reads;
    private final ApiCalls writes;
    private final ApiCalls leases;
    private final Discovery discovery;

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
     */
    private record Pools(ClientPool http, ClientPool lease) {
        void end() {
            http.shutdown();
            lease.shutdown();
        }
    }

    /** Makes both clients; sends nothing yet. */
    static Session open(ClusterAccess access, Limits limits, Counters counters, String userAgent)
            throws AccessException {
        Pools pools =
                new Pools(
                        new ClientPool("drover-kubernetes-http", HTTP_THREADS),
                        new ClientPool("drover-kubernetes-lease-http", LEASE_THREADS));
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
        this.userAgent = userAgent;
        Config config = access.config();
        config.setUserAgent(""); // each request brings its own
        config.setConnectionTimeout((int) limits.connect().toMillis());
        config.setRequestTimeout((int) limits.read().toMillis());
        config.setRequestRetryBackoffLimit(0); // tried again here, where it is counted and limited
        config.setHttp2Disable(true);
        TrustManager[] trust = trust(access);
        http = client(access, trust, pools.http);
        leaseHttp = client(access, trust, pools.lease);
        server = URI.create(config.getMasterUrl());
        RequestBudget budget = new RequestBudget(limits.qps(), limits.burst(), System::nanoTime);
        reads =
                new ApiCalls(
                        http, server, pools.http, budget, limits.retries(), userAgent, counters);
        writes = new ApiCalls(http, server, pools.http, budget, 0, userAgent, counters);
        leases = new ApiCalls(leaseHttp, server, pools.lease, null, 0, userAgent, counters);
        discovery = new Discovery(reads, limits.read(), System::nanoTime);
    }

    ClusterAccess access() {
        return access;
    }

    /**
     * Begins a watch; returns at once.
     *
     * @param answer until the API server has accepted it
     */
    WatchStream watch(String path, Shape shape, Duration answer, WatchStream.Listener listener) {
        return WatchStream.open(http, request(path, answer), shape, pools.http, listener);
    }

    /** Begins a watch of Leases, on connections and threads of their own. */
    WatchStream watchLease(String path, Duration answer, WatchStream.Listener listener) {
        return WatchStream.open(leaseHttp, request(path, answer), Shape.ALL, pools.lease, listener);
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
            leaseHttp.close();
            http.close();
        } finally {
            pools.end();
        }
    }

    private HttpRequest request(String path, Duration answer) {
        return http.newHttpRequestBuilder()
                .uri(server.resolve(path))
                .setHeader("User-Agent", userAgent)
                .timeout(answer.toMillis(), TimeUnit.MILLISECONDS)
                .build();
    }

    private static HttpClient client(ClusterAccess access, TrustManager[] trust, ClientPool pool) {
        HttpClient.Builder builder = new PooledHttp(pool).newBuilder(access.config());
        access.keys().ifPresent(keys -> builder.sslContext(keys, trust));
        return builder.build();
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
