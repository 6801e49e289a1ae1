package io.drover.core.internal.apikey;

import io.drover.api.intake.Content;
import io.drover.api.secret.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * HTTP/1.1 by the JDK's client, which is made when it is needed first. Redirects are not followed:
 * the key goes to nobody but the configured host.
 */
public final class HttpConnections implements Connection, AutoCloseable {

    /** As the reference's intake wants it; a header does not end in access logs as a query does. */
    private static final String KEY_HEADER = "DD-API-KEY";

    private static final int THREADS = 2;
    private static final int TASKS_MAX = 64;
    private static final long IDLE_SECONDS = 10;

    private final ProxySelector proxies;
    private final ThreadPoolExecutor executor;
    private final String userAgent;
    private HttpClient client;

    /**
     * @param proxy {@code http://host:port}; empty for what the environment says
     */
    public HttpConnections(String proxy, String userAgent) {
        this.proxies = new Proxies(proxy, System.getenv());
        this.userAgent = userAgent;
        this.executor =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(TASKS_MAX),
                        HttpConnections::thread);
        executor.allowCoreThreadTimeOut(true);
    }

    @SuppressWarnings("removal")
    private static Thread thread(Runnable task) {
        return AccessController.doPrivileged(
                (PrivilegedAction<Thread>)
                        () -> new Thread(null, task, "drover-core-intake", 0, false));
    }

    @Override
    public int get(URI target, Secret key, Duration timeout)
            throws IOException, InterruptedException {
        return send(request(target, key, timeout).GET());
    }

    @Override
    public int post(URI target, Secret key, Content content, Duration timeout)
            throws IOException, InterruptedException {
        return send(
                request(target, key, timeout)
                        .header("Content-Type", content.type())
                        .POST(BodyPublishers.ofInputStream(() -> opened(content))));
    }

    private static InputStream opened(Content content) {
        try {
            return content.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpRequest.Builder request(URI target, Secret key, Duration timeout) {
        return HttpRequest.newBuilder(target)
                .timeout(timeout)
                .header("User-Agent", userAgent)
                .header(KEY_HEADER, key.reveal());
    }

    private int send(HttpRequest.Builder request) throws IOException, InterruptedException {
        try {
            HttpResponse<InputStream> answer =
                    client().send(request.build(), BodyHandlers.ofInputStream());
            // The body is of no interest, and could be without end.
            answer.body().close();
            return answer.statusCode();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private synchronized HttpClient client() {
        if (client == null) {
            client =
                    HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .followRedirects(HttpClient.Redirect.NEVER)
                            .proxy(proxies)
                            .executor(executor)
                            .build();
        }
        return client;
    }

    /** Whoever still waits for an answer gets none. The client's own thread ends with it. */
    @Override
    public synchronized void close() {
        executor.shutdownNow();
        client = null;
    }
}
