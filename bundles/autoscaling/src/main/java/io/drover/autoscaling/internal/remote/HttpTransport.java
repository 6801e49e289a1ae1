package io.drover.autoscaling.internal.remote;

import java.io.IOException;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.NoSuchFileException;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLParameters;

/**
 * HTTP/1.1 by the JDK's client, which is made when it is needed first, and anew when a file of its
 * TLS has changed. Redirects are not followed: what is sent goes to nobody but the one who was
 * named. Used by one thread; its own ones carry the answers.
 */
final class HttpTransport implements Transport {

    private static final int THREADS = 4;
    private static final long IDLE_SECONDS = 10;
    private static final long LOOK_NANOS = Duration.ofSeconds(5).toNanos();

    private final LongSupplier nanoTime;
    private final Duration timeout;
    private final int bytesMax;
    private final TlsFiles tls;
    private final String tokenFile;
    private final ThreadPoolExecutor executor;
    private HttpClient client;
    private String version = "";
    private long lookedAt;
    private boolean closed;

    /**
     * @param thread the name of its threads
     * @param timeout for the connection
     * @param bytesMax of one answer
     * @param tokenFile whose content is shown as a bearer token; empty for none
     */
    HttpTransport(
            String thread,
            Duration timeout,
            int bytesMax,
            TlsFiles tls,
            String tokenFile,
            LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.timeout = timeout;
        this.bytesMax = bytesMax;
        this.tls = tls;
        this.tokenFile = tokenFile;
        this.executor =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> thread(thread, task));
        executor.allowCoreThreadTimeOut(true);
    }

    @SuppressWarnings("removal")
    private static Thread thread(String name, Runnable task) {
        return AccessController.doPrivileged(
                (PrivilegedAction<Thread>)
                        () -> {
                            Thread thread = new Thread(null, task, name, 0, false);
                            thread.setDaemon(true);
                            thread.setContextClassLoader(null);
                            return thread;
                        });
    }

    @Override
    public CompletableFuture<Answer> send(Question question) {
        try {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(question.target())
                            .timeout(timeout)
                            .header("User-Agent", "drover")
                            .header("Accept", "application/json")
                            .method(question.method(), question.publisher());
            if (!question.body().isEmpty()) {
                request.header("Content-Type", "application/json");
            }
            if (!tokenFile.isEmpty()) {
                request.header("Authorization", "Bearer " + TlsFiles.text(tokenFile).strip());
            }
            CompletableFuture<HttpResponse<String>> answer =
                    client().sendAsync(request.build(), info -> new BoundedText(bytesMax));
            CompletableFuture<Answer> carried = new CompletableFuture<>();
            answer.whenComplete(
                    (got, failure) -> {
                        if (failure == null) {
                            carried.complete(new Answer(got.statusCode(), got.body()));
                        } else {
                            carried.completeExceptionally(failure);
                        }
                    });
            carried.whenComplete(
                    (got, failure) -> {
                        if (carried.isCancelled()) {
                            answer.cancel(true);
                        }
                    });
            return carried;
        } catch (NoSuchFileException e) {
            return CompletableFuture.failedFuture(
                    new IOException("the file " + e.getFile() + " is not there", e));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private synchronized HttpClient client() throws IOException {
        if (closed) {
            throw new IOException("nobody is asked any more");
        }
        long now = nanoTime.getAsLong();
        if (client == null || now - lookedAt > LOOK_NANOS) {
            lookedAt = now;
            String newest = tls.version();
            if (client == null || !newest.equals(version)) {
                client = made();
                version = newest;
            }
        }
        return client;
    }

    private HttpClient made() throws IOException {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .proxy(ProxySelector.of(null))
                .sslContext(tls.context())
                .sslParameters(parameters)
                .executor(this::execute)
                .build();
    }

    /**
     * A client of JDK 17 cannot be closed: its own thread ends when the client is garbage and
     * nothing is under way in it. What is under way when the pool ends must therefore still run.
     */
    private void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        executor.shutdown();
        client = null;
    }
}
