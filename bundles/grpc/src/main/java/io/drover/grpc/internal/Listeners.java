package io.drover.grpc.internal;

import io.grpc.Server;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** The open ports and the threads behind them. All of it ends with {@link #close}. */
final class Listeners {

    private static final Duration END_OF_THREADS = Duration.ofMillis(100);

    private final SslContext tls;
    private final Transport transport;
    private final ExecutorService calls;
    private List<Server> servers = List.of();

    private Listeners(SslContext tls) {
        this.tls = tls;
        this.transport = Transport.start();
        this.calls =
                Threads.pool(
                        "drover-grpc-call",
                        Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    /**
     * Opens all ports or none.
     *
     * @throws NotListeningException saying which port could not be opened, and why
     */
    static Listeners open(Binding binding, ServerTls tls, ServerRecipe recipe)
            throws NotListeningException, InterruptedException {
        Listeners listeners = new Listeners(tls.context());
        try {
            listeners.servers =
                    binding.bind(
                            address ->
                                    recipe.server(
                                            address,
                                            listeners.tls,
                                            listeners.transport,
                                            listeners.calls));
            return listeners;
        } catch (NotListeningException | RuntimeException e) {
            listeners.close(Duration.ZERO);
            throw e;
        }
    }

    /** Where clients can connect. */
    List<InetSocketAddress> addresses() {
        List<InetSocketAddress> addresses = new ArrayList<>();
        servers.forEach(
                server ->
                        server.getListenSockets()
                                .forEach(socket -> addresses.add((InetSocketAddress) socket)));
        return addresses;
    }

    /** How the sockets are served: {@code epoll} or {@code nio}. */
    String transport() {
        return transport.name();
    }

    /** Closes the ports at once, then the calls that are not done within {@code grace}. */
    void close(Duration grace) throws InterruptedException {
        servers.forEach(Server::shutdown);
        long end = System.nanoTime() + grace.toNanos();
        for (Server server : servers) {
            server.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        servers.forEach(Server::shutdownNow);
        for (Server server : servers) {
            server.awaitTermination(END_OF_THREADS.toMillis(), TimeUnit.MILLISECONDS);
        }
        transport.close(END_OF_THREADS);
        calls.shutdownNow();
        ReferenceCountUtil.release(tls);
    }
}
