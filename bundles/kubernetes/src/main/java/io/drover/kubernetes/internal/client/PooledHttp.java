package io.drover.kubernetes.internal.client;

import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientImpl;
import java.net.http.HttpClient;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;

/** Makes JDK HTTP clients on a pool of ours, named directly: no ServiceLoader on the path. */
final class PooledHttp extends JdkHttpClientFactory {

    private final ExecutorService pool;

    PooledHttp(ExecutorService pool) {
        this.pool = pool;
    }

    @Override
    protected HttpClient.Builder createNewHttpClientBuilder() {
        return HttpClient.newBuilder().executor(this::execute);
    }

    /**
     * A client of JDK 17 cannot be closed: its own thread ends, and lets go of this bundle, when
     * the client is garbage and nothing is under way in it. What is under way when the pool ends
     * must therefore still run, or it would be under way for ever.
     */
    private void execute(Runnable task) {
        try {
            pool.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    @Override
    protected void closeHttpClient(JdkHttpClientImpl client) {
        pool.shutdown();
    }
}
