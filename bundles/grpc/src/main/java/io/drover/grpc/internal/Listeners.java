package io.drover.grpc.internal;

import io.grpc.Server;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** The open ports and the threads behind them. All of it ends with {@link #close}. */
final class Listeners {

    private static final Duration END_OF_CALLS = Duration.ofMillis(50);
    private static final Duration END_OF_THREADS = Duration.ofMillis(100);

    private final SslContext tls;
    private final OpenCalls open;
    private final Transport transport;
    private final ExecutorService executor;
    private List<Server> servers = List.of();

    private Listeners(SslContext tls, OpenCalls open) {
        this.tls = tls;
        this.open = open;
        this.transport = Transport.start();
        this.executor =
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
        NettyStatics.initialise();
        Listeners listeners = new Listeners(tls.context(), recipe.calls());
        try {
            listeners.servers =
                    binding.bind(
                            address ->
                                    recipe.server(
                                            address,
                                            listeners.tls,
                                            listeners.transport,
                                            listeners.executor));
            return listeners;
        } catch (NotListeningException | InterruptedException | RuntimeException e) {
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

    /**
     * Closes the ports and ends streams at once, other calls after {@code grace}; each client is
     * told to try again.
     */
    void close(Duration grace) throws InterruptedException {
        servers.forEach(Server::shutdown);
        open.endStreams();
        awaitServers(grace);
        open.endAll();
        awaitServers(END_OF_CALLS);
        servers.forEach(Server::shutdownNow);
        awaitServers(END_OF_CALLS);
        transport.close(END_OF_THREADS);
        executor.shutdownNow();
    }

    private void awaitServers(Duration bound) throws InterruptedException {
        long end = System.nanoTime() + bound.toNanos();
        for (Server server : servers) {
            server.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }
}
