package io.drover.grpc.internal;

import io.grpc.Server;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** The open ports and the threads behind them. All of it ends with {@link #close}. */
final class Listeners implements Ports {

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
        this.executor = Threads.calls();
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

    @Override
    public List<InetSocketAddress> addresses() {
        List<InetSocketAddress> addresses = new ArrayList<>();
        servers.forEach(
                server ->
                        server.getListenSockets()
                                .forEach(socket -> addresses.add((InetSocketAddress) socket)));
        return addresses;
    }

    /** {@code epoll} or {@code nio}. */
    @Override
    public String transport() {
        return transport.name();
    }

    @Override
    public void close(Duration grace) throws InterruptedException {
        new Servers(servers, open).end(grace);
        transport.close(END_OF_THREADS);
        executor.shutdownNow();
    }
}
