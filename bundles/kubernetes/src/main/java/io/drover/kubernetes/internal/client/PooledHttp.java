package io.drover.kubernetes.internal.client;

import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientImpl;
import java.net.http.HttpClient;
import java.util.concurrent.ExecutorService;

/** Makes JDK HTTP clients on a pool of ours, named directly: no ServiceLoader on the path. */
final class PooledHttp extends JdkHttpClientFactory {

    private final ExecutorService pool;

    PooledHttp(ExecutorService pool) {
        this.pool = pool;
    }

    @Override
    protected HttpClient.Builder createNewHttpClientBuilder() {
        return HttpClient.newBuilder().executor(pool);
    }

    @Override
    protected void closeHttpClient(JdkHttpClientImpl client) {
        pool.shutdownNow();
    }
}
